"""The words of ordinary analysis: modules and what may be taken from them, names that are withheld, functions by name."""

from __future__ import annotations

from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ANYTHING_PUBLIC = None

# What code may import, and the names it may take from there; None is everything that does not start with an underscore.
MODULES: Mapping[str, frozenset[str] | None] = {
    "pandas": ANYTHING_PUBLIC,
    "numpy": ANYTHING_PUBLIC,
    "scipy": frozenset({"stats"}),
    "scipy.stats": ANYTHING_PUBLIC,
    "math": ANYTHING_PUBLIC,
    "itertools": ANYTHING_PUBLIC,
    "numbers": frozenset({"Number", "Integral", "Real"}),
    "datetime": frozenset({"datetime", "date", "time", "timedelta", "timezone", "UTC"}),
    "zoneinfo": frozenset({"ZoneInfo"}),
    "calendar": frozenset(
        {"month_name", "month_abbr", "day_name", "day_abbr", "monthrange", "isleap", "leapdays", "weekday"}
    ),
    "collections": frozenset({"Counter", "defaultdict", "OrderedDict", "deque", "namedtuple", "ChainMap"}),
    "functools": frozenset({"reduce", "partial", "cmp_to_key", "lru_cache", "cache"}),
    "operator": words(
        "add sub mul truediv floordiv mod neg pow eq ne lt le gt ge and_ or_ xor not_ itemgetter contains concat countOf"
    ),
    "re": words(
        "compile search match fullmatch findall finditer sub subn split escape I IGNORECASE M MULTILINE S DOTALL X VERBOSE "
        "A ASCII U UNICODE Pattern Match error"
    ),
    "json": frozenset({"dumps", "loads"}),
    "statistics": words(
        "mean fmean median median_low median_high mode multimode stdev pstdev variance pvariance quantiles correlation "
        "covariance linear_regression geometric_mean harmonic_mean NormalDist StatisticsError"
    ),
    "string": words("ascii_letters ascii_lowercase ascii_uppercase digits punctuation whitespace printable capwords"),
    "random": words("random randint choice choices sample shuffle seed uniform gauss normalvariate randrange Random"),
    "decimal": words("Decimal ROUND_HALF_UP ROUND_HALF_EVEN ROUND_DOWN ROUND_UP ROUND_FLOOR ROUND_CEILING getcontext"),
    "fractions": frozenset({"Fraction"}),
    "textwrap": frozenset({"shorten", "fill", "wrap", "dedent"}),
    "unicodedata": frozenset({"normalize", "category", "name", "combining"}),
    # As exported code imports it; the jail knows it without.
    "askframe": frozenset({"analysis"}),
}
ANALYSIS = "askframe.analysis"
PRELOADED = {"pd": "pandas", "np": "numpy", "analysis": ANALYSIS}

WITHHELD_NAMES = words(
    "exec eval compile open input breakpoint help exit quit license credits copyright getattr setattr delattr globals locals vars "
    "dir memoryview object super classmethod staticmethod property"
)

# Ways out of the data, wherever they appear; a column of the same name stays reachable.
FORBIDDEN_ATTRIBUTES = words(
    "os sys subprocess builtins importlib ctypes shutil inspect gc threading pickle socket multiprocessing codecs posix pathlib "
    "urllib tempfile linecache io core compat testing util plotting f2py ctypeslib distutils memmap open_memmap fromfile loadtxt "
    "genfromtxt fromregex savetxt savez savez_compressed DataSource tofile dump dumps show_versions ExcelFile ExcelWriter HDFStore "
    "f_back f_globals f_locals f_builtins f_code gi_frame gi_code cr_frame tb_frame tb_next func_globals mro with_traceback "
    "format_map methodcaller attrgetter Formatter setflags stride_tricks load_library from_custom_template options"
)
FORBIDDEN_OF_MODULE: Mapping[str, frozenset[str]] = {
    "pandas": frozenset({"eval", "errors", "test", "reset_option", "describe_option", "option_context"}),
    "numpy": frozenset(
        {"load", "save", "lib", "rec", "test", "info", "source", "exceptions", "typing", "matlib", "emath"}
    ),
}
CHART_ATTRIBUTES = frozenset({"plot", "hist", "boxplot", "style"})
CHART_MODULES = frozenset({"matplotlib", "seaborn", "plotly", "altair", "bokeh"})

# Writers that give their text back when they are called without a target.
TEXT_WRITERS = frozenset({"to_csv", "to_json", "to_string", "to_markdown", "to_html", "to_latex"})
FILE_WRITERS = words(
    "to_excel to_parquet to_feather to_orc to_pickle to_sql to_hdf to_stata to_gbq to_clipboard to_xml to_iceberg"
)
TARGET_KEYWORDS = frozenset({"path_or_buf", "buf", "path", "path_or_buffer", "con", "excel_writer", "fname"})

FUNCTION_CALLS = frozenset({"agg", "aggregate", "apply", "transform"})
AGGREGATING_KEYWORDS = frozenset({"aggfunc", "func"})
FUNCTION_NAMES = words(
    "sum mean median min max count size std var sem first last nunique prod product any all idxmin idxmax quantile skew kurt "
    "kurtosis cumsum cumprod cummax cummin cumcount rank shift diff pct_change ffill bfill describe mode unique value_counts nth "
    "head tail abs round floor ceil sqrt log log10 log2 log1p exp expm1 square sign isna isnull notna notnull ngroup mad ohlc str "
    "int float bool len list set tuple corr cov lower upper strip title interpolate"
)
# What is computed from numbers only. Of text pandas joins the sum; the others fail when they run.
ARITHMETIC = words("sum prod product mean median std var sem skew kurt kurtosis quantile cumsum cumprod average dot")
EXPRESSION_CALLS = frozenset({"query", "eval"})
EXPRESSION_KEYWORDS = frozenset({"expr", "inplace"})
