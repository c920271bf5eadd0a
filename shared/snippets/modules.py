"""The modules that code may import, and which of their names it may take.

A module offers its public names, or those in `only`; never those that match `without`, and never a module that is not in this table,
whatever name it hides under: `numpy.random.bit_generator.re.enum.bltns.exec` once was a way from numpy to everything. `without` holds what
reads or writes files, draws, runs text as code, or hands out a memory's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True)
class Module:
    """`only` are whole names; None for all that are public. `without` are patterns with `*`."""

    only: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()


ALL = Module()
_DRAWINGS = ("*Display", "plot_*", "*plot")


def _only(names: str) -> Module:
    return Module(only=words(names))


def _without(names: str) -> Module:
    return Module(without=words(names))


STANDARD_LIBRARY: Mapping[str, Module] = {
    "__future__": _only("annotations"),
    "abc": _only("ABC ABCMeta abstractmethod"),
    "base64": _only("b64encode b64decode b32encode b32decode b16encode b16decode urlsafe_b64encode urlsafe_b64decode"),
    "bisect": ALL,
    "calendar": _without("main month prmonth prcal *TextCalendar *HTMLCalendar different_locale"),
    "collections": ALL,
    "collections.abc": ALL,
    "contextlib": _only("contextmanager suppress nullcontext closing ExitStack"),
    "copy": _only("copy deepcopy"),
    "dataclasses": _only(
        "dataclass field fields asdict astuple replace is_dataclass FrozenInstanceError InitVar KW_ONLY MISSING"
    ),
    "datetime": _without("datetime_CAPI"),
    "dateutil": _only(""),
    "dateutil.easter": _only("easter"),
    "dateutil.parser": _only("parse isoparse parser ParserError"),
    "dateutil.relativedelta": ALL,
    "dateutil.rrule": _without("rrulestr"),
    "dateutil.tz": _only("UTC tzutc tzoffset"),
    "decimal": ALL,
    "difflib": _only("SequenceMatcher get_close_matches ndiff unified_diff"),
    "enum": _only("Enum IntEnum StrEnum Flag IntFlag auto unique"),
    "fractions": ALL,
    "functools": ALL,
    "hashlib": _only("md5 sha1 sha224 sha256 sha384 sha512 blake2b blake2s"),
    "heapq": ALL,
    "io": _only("StringIO BytesIO"),
    "itertools": ALL,
    "json": _only("dumps loads JSONDecodeError"),
    "math": ALL,
    "numbers": ALL,
    "operator": _without("methodcaller"),
    "pprint": _only("pformat pprint"),
    "random": _without("SystemRandom"),
    "re": _without("template T TEMPLATE DEBUG Scanner"),
    "statistics": ALL,
    "string": _without("Formatter"),
    "textwrap": ALL,
    "time": _only(
        "time time_ns perf_counter perf_counter_ns monotonic process_time strftime strptime localtime gmtime mktime struct_time"
    ),
    "types": _only("SimpleNamespace MappingProxyType"),
    "typing": _without(
        "get_type_hints ForwardRef evaluate_forward_ref io re EXCLUDED_ATTRIBUTES *_co *_contra KT VT T NamedTupleMeta"
    ),
    "unicodedata": ALL,
    "uuid": _only("UUID uuid3 uuid5 NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID"),
    "warnings": _only("catch_warnings filterwarnings simplefilter resetwarnings warn"),
    "zlib": _only("crc32 adler32"),
    "zoneinfo": _only("ZoneInfo ZoneInfoNotFoundError"),
}

_PANDAS: Mapping[str, Module] = {
    "pandas": _without("read_* to_pickle test show_versions ExcelFile ExcelWriter HDFStore"),
    "pandas.api": _only(""),
    "pandas.api.indexers": ALL,
    "pandas.api.types": ALL,
    "pandas.errors": ALL,
    "pandas.testing": ALL,
    "pandas.tseries": _only(""),
    "pandas.tseries.frequencies": _only("to_offset infer_freq"),
    "pandas.tseries.holiday": ALL,
    "pandas.tseries.offsets": ALL,
}

_NUMPY: Mapping[str, Module] = {
    "numpy": _without(
        "load save savez* loadtxt savetxt genfromtxt fromfile fromregex memmap info test show_config show_runtime get_include "
        "frombuffer from_dlpack set*_string_function setbufsize"
    ),
    "numpy.exceptions": ALL,
    "numpy.fft": ALL,
    "numpy.lib": _only(""),
    "numpy.lib.stride_tricks": _only("sliding_window_view"),
    "numpy.linalg": _without("test"),
    "numpy.ma": _without("frombuffer test"),
    "numpy.polynomial": _without("set_default_printstyle"),
    **{f"numpy.polynomial.{kind}": ALL for kind in words("chebyshev hermite hermite_e laguerre legendre polynomial")},
    "numpy.random": _without("test get_bit_generator set_bit_generator"),
    "numpy.strings": ALL,
    "numpy.testing": _only(
        "assert_allclose assert_almost_equal assert_approx_equal assert_array_almost_equal assert_array_equal assert_array_less "
        "assert_equal"
    ),
    "numpy.typing": ALL,
}

_SCIPY: Mapping[str, Module] = {
    "scipy": _only(""),
    **dict.fromkeys(
        (
            f"scipy.{name}"
            for name in words(
                "cluster cluster.hierarchy cluster.vq constants fft integrate interpolate linalg ndimage optimize signal signal.windows "
                "sparse sparse.csgraph sparse.linalg spatial spatial.distance spatial.transform special stats stats.contingency "
                "stats.mstats stats.qmc"
            )
        ),
        Module(without=("test", "LowLevelCallable", "load_npz", "save_npz", "errprint", "dendrogram", "*plot*", "get_blas_funcs", "get_lapack_funcs")),
    ),
}  # fmt: skip

_SKLEARN: Mapping[str, Module] = {
    "sklearn": _only("clone"),
    **dict.fromkeys(
        (
            f"sklearn.{name}"
            for name in words(
                "base calibration cluster compose covariance cross_decomposition decomposition discriminant_analysis dummy ensemble "
                "exceptions feature_extraction feature_extraction.text feature_selection gaussian_process gaussian_process.kernels "
                "impute inspection isotonic kernel_approximation kernel_ridge linear_model manifold metrics metrics.cluster "
                "metrics.pairwise mixture model_selection multiclass multioutput naive_bayes neighbors neural_network pipeline "
                "preprocessing random_projection semi_supervised svm tree"
            )
        ),
        Module(without=(*_DRAWINGS, "export_graphviz")),
    ),
    "sklearn.experimental": _only(""),
    "sklearn.experimental.enable_halving_search_cv": _only(""),
    "sklearn.experimental.enable_iterative_imputer": _only(""),
    "sklearn.utils": _only("resample shuffle"),
    "sklearn.utils.class_weight": _only("compute_class_weight compute_sample_weight"),
}  # fmt: skip

_STATSMODELS: Mapping[str, Module] = {
    "statsmodels": _only(""),
    **dict.fromkeys(
        (
            f"statsmodels.{name}"
            for name in words(
                "api formula formula.api discrete discrete.discrete_model duration.hazard_regression genmod.families "
                "genmod.families.links genmod.generalized_linear_model multivariate.pca nonparametric.api "
                "nonparametric.kernel_density nonparametric.smoothers_lowess regression.linear_model regression.mixed_linear_model "
                "regression.quantile_regression regression.rolling robust robust.norms robust.robust_linear_model robust.scale "
                "stats stats.anova stats.api stats.contingency_tables stats.descriptivestats stats.diagnostic "
                "stats.gof stats.inter_rater stats.moment_helpers stats.multicomp stats.multitest stats.nonparametric "
                "stats.oneway stats.outliers_influence stats.power stats.proportion stats.rates stats.stattools stats.weightstats "
                "tools tools.tools tools.eval_measures "
                "tsa tsa.api tsa.ar_model tsa.arima.model tsa.exponential_smoothing.ets tsa.filters.api tsa.filters.hp_filter tsa.forecasting.theta tsa.holtwinters "
                "tsa.seasonal tsa.statespace.api tsa.statespace.exponential_smoothing tsa.statespace.sarimax tsa.statespace.structural tsa.stattools tsa.tsatools tsa.vector_ar.var_model"
            )
        ),
        Module(without=("test", "load*", "show_versions", "x13_*", "webdoc", "graphics", "*plot*", "*_summary_old", "PytestTester", "Grouping")),
    ),
}  # fmt: skip

MODULES: Mapping[str, Module] = {
    **STANDARD_LIBRARY,
    **_PANDAS,
    **_NUMPY,
    **_SCIPY,
    **_SKLEARN,
    **_STATSMODELS,
    # As exported code imports it; the jail knows it without.
    "askframe": _only("analysis"),
}
PRELOADED: Mapping[str, str] = {"pd": "pandas", "np": "numpy"}
