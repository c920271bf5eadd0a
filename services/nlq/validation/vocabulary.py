"""The words of ordinary analysis: attributes that lead out of the data, writers, functions by name. Of modules, see `shared.snippets`."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Ways out of the data, wherever they appear; a column of the same name stays reachable.
FORBIDDEN_ATTRIBUTES = words(
    "os sys subprocess builtins importlib ctypes shutil inspect gc threading pickle socket multiprocessing codecs posix pathlib "
    "urllib tempfile linecache io core compat testing util plotting f2py ctypeslib distutils memmap open_memmap fromfile loadtxt "
    "genfromtxt fromregex savetxt savez savez_compressed DataSource tofile dump dumps show_versions ExcelFile ExcelWriter HDFStore "
    "f_back f_globals f_locals f_builtins f_code gi_frame gi_code cr_frame tb_frame tb_next func_globals mro with_traceback "
    "format_map methodcaller attrgetter Formatter setflags stride_tricks load_library from_custom_template options exec bltns system "
    "popen modules save load save_pickle load_pickle ag_frame getattr"
)
CHART_ATTRIBUTES = frozenset({"plot", "hist", "boxplot", "style"})

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
# Options of pandas by the groups that change how things look or count, and nothing else.
OPTION_CALLS = frozenset({"set_option", "option_context", "reset_option"})
OPTION_GROUPS = ("display.", "mode.", "compute.", "future.")
# Attributes with an underscore that libraries mean to be used.
PUBLIC_UNDERSCORES = frozenset({"_asdict", "_replace", "_fields", "_make", "_results_table", "__name__"})
SETTABLE = frozenset({"columns", "index", "name", "names", "prec", "rounding"})
