"""What code about tables is refused, and what stands in its place: the validator says it when it refuses, the prompt beforehand."""

from __future__ import annotations

from collections.abc import Mapping

_TABLES = "the tables are in `tables`, the first one is also `df`"
_RESULT = "leave the table in `result`; it can be downloaded in several formats"
_CHART = "leave the numbers in `result`; the chart is drawn from them"
_ONE_PROCESS = "code runs in one process: write a loop"
_FRAMES = "use pandas: merge, groupby and the like"
_VALUES = "keep values by their names in a dict"
_ATTRIBUTE = "write the attribute by its name, as in df.shape"
_PRINT = "use print, or put the text into `result`"
_WRITTEN = "write the code itself"

NAMES: Mapping[str, str] = {
    "open": _TABLES,
    "exec": _WRITTEN,
    "eval": _WRITTEN,
    "compile": "write the code itself, or re.compile for a pattern",
    "input": "nobody can answer while it runs: write the value",
    "breakpoint": _PRINT,
    "help": "nobody reads it",
    "exit": "end with `result`",
    "quit": "end with `result`",
    "license": "nobody reads it",
    "credits": "nobody reads it",
    "copyright": "nobody reads it",
    "delattr": "use del, or df.drop",
    "setattr": "write the attribute by its name",
    "globals": _VALUES,
    "locals": _VALUES,
    "vars": _VALUES,
    "dir": "df.columns names the columns, `tables` the tables",
    "memoryview": "use a numpy array",
}
"""Built-in names that mean nothing over tables, or lead out of them."""

_MODULES: Mapping[str, str] = {
    "os sys pathlib glob shutil tempfile fileinput csv sqlite3 zipfile gzip": _TABLES,
    "requests urllib http httpx socket ftplib smtplib aiohttp": f"there is no network; {_TABLES}",
    "pickle joblib shelve marshal dill xlsxwriter openpyxl": _RESULT,
    "matplotlib seaborn plotly altair bokeh plotnine hvplot IPython": _CHART,
    "threading multiprocessing concurrent asyncio subprocess signal": _ONE_PROCESS,
    "polars duckdb pyarrow dask modin vaex pyspark sqlalchemy": _FRAMES,
    "logging traceback pdb": _PRINT,
    "pytz": "use zoneinfo.ZoneInfo, or .dt.tz_localize with the zone's name",
    "patsy formulaic": "give the formula to statsmodels.formula.api",
    "tabulate prettytable": "use df.to_markdown() or df.to_string()",
    "inspect importlib builtins ctypes gc code ast dis": _WRITTEN,
    "locale": "format with f-strings, as in f'{value:,.2f}'",
    "xgboost lightgbm catboost torch tensorflow keras": "use sklearn.ensemble or sklearn.neural_network",
    "prophet pmdarima": "use statsmodels.tsa",
    "secrets": "use random with a seed",
}
MODULES: Mapping[str, str] = {name: instead for names, instead in _MODULES.items() for name in names.split()}
"""Modules that analysts import elsewhere."""

ATTRIBUTES: Mapping[str, str] = {
    **dict.fromkeys(("plot", "hist", "boxplot", "style"), _CHART),
    **dict.fromkeys(("save", "to_excel", "to_parquet", "to_feather", "to_pickle", "to_sql", "to_hdf", "to_stata", "to_orc", "to_gbq", "to_clipboard", "to_xml", "to_iceberg", "savefig"), _RESULT),
    "format_map": "use .format(**mapping) on a literal text",
    "with_traceback": "raise the error as it is",
    "testing": "use assert",
}  # fmt: skip
"""Attributes of values."""


def instead_of(module: str) -> str:
    """What to do without a module, an empty text where nothing is known."""
    return MODULES.get(module.partition(".")[0], "")
