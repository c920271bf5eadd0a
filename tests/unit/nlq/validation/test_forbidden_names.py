"""Every way out of the data by its literal name: one that is taken off a list of the validator is missed here."""

from __future__ import annotations

import pandas as pd
import pytest

from services.nlq.validation import validate, vocabulary
from shared.snippets import refusals
from shared.snippets.modules import MODULES

TABLES = {"trips": ["city", "fare"]}

FILE_WRITERS = [
    "to_clipboard", "to_excel", "to_feather", "to_gbq", "to_hdf", "to_iceberg", "to_orc", "to_parquet", "to_pickle", "to_sql", "to_stata",
    "to_xml",
]  # fmt: skip
TEXT_WRITERS = ["to_csv", "to_html", "to_json", "to_latex", "to_markdown", "to_string"]
TARGETS = ["buf", "con", "excel_writer", "fname", "path", "path_or_buf", "path_or_buffer"]
# What pandas calls `to_…` and stays in memory.
CONVERSIONS = [
    "to_dict", "to_frame", "to_list", "to_numpy", "to_period", "to_records", "to_timestamp", "to_xarray", "to_datetime", "to_numeric",
    "to_timedelta", "to_offset", "to_flat_index", "to_series", "to_pydatetime", "to_julian_date",
]  # fmt: skip
READERS = [
    "read_clipboard", "read_csv", "read_excel", "read_feather", "read_fwf", "read_hdf", "read_html", "read_iceberg", "read_json",
    "read_orc", "read_parquet", "read_pickle", "read_sas", "read_spss", "read_sql", "read_sql_query", "read_sql_table", "read_stata",
    "read_table", "read_xml",
]  # fmt: skip
DOORS = [
    "DataSource", "ExcelFile", "ExcelWriter", "Formatter", "HDFStore", "ag_frame", "attrgetter", "bltns", "builtins", "codecs", "compat", "core", "cr_frame",
    "ctypes", "ctypeslib", "distutils", "dump", "dumps", "exec", "f2py", "f_back", "f_builtins", "f_code", "f_globals", "f_locals", "format_map",
    "from_custom_template", "fromfile", "fromregex", "func_globals", "gc", "genfromtxt", "getattr", "gi_code", "gi_frame", "importlib", "inspect",
    "io", "linecache", "load", "load_library", "load_pickle", "loadtxt", "memmap", "methodcaller", "modules", "mro", "multiprocessing", "open_memmap", "options", "os",
    "pathlib", "pickle", "plotting", "popen", "posix", "save", "save_pickle", "savetxt", "savez", "savez_compressed", "setflags", "show_versions", "shutil", "socket",
    "stride_tricks", "subprocess", "sys", "system", "tb_frame", "tb_next", "tempfile", "testing", "threading", "tofile", "urllib", "util",
    "with_traceback",
]  # fmt: skip
# Of pandas and numpy themselves: the functions that display options are set by, and assertions.
OFFERED_BY_MODULES = ["options", "testing"]
DOORS_OF_PANDAS = ["compat", "core", "io", "read_csv", "test", "to_pickle"]
DOORS_OF_NUMPY = [
    "ctypeslib", "emath", "f2py", "frombuffer", "info", "load", "matlib", "memmap", "rec", "save", "source", "test",
]  # fmt: skip
WITHHELD = [
    "breakpoint", "compile", "copyright", "credits", "delattr", "dir", "eval", "exec", "exit", "globals", "help", "input", "license",
    "locals", "memoryview", "open", "quit", "setattr", "vars",
]  # fmt: skip
CHART_MODULES = ["altair", "bokeh", "matplotlib", "plotly", "seaborn"]
CHARTS = ["boxplot", "hist", "plot", "style"]
STANDARD_LIBRARY = [
    "__future__", "abc", "base64", "bisect", "calendar", "collections", "contextlib", "copy", "dataclasses", "datetime", "dateutil",
    "decimal", "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "io", "itertools", "json", "math", "numbers", "operator",
    "pprint", "random", "re", "statistics", "string", "textwrap", "time", "types", "typing", "unicodedata", "uuid", "warnings", "zlib",
    "zoneinfo",
]  # fmt: skip
LIBRARIES = ["askframe", "numpy", "pandas", "scipy", "sklearn", "statsmodels"]
FOREIGN_MODULES = [
    "os", "sys", "subprocess", "socket", "shutil", "pathlib", "builtins", "importlib", "ctypes", "pickle", "inspect", "gc", "threading", "logging", "joblib", "sklearn.datasets", "scipy.io", "statsmodels.datasets",
    "statsmodels.iolib.smpickle",
    "multiprocessing", "asyncio", "signal", "tempfile", "glob", "urllib.request", "http.client", "requests", "sqlite3", "pyarrow",
    "pyarrow.parquet", "pandas.io", "pandas.io.common", "numpy.f2py", "numpy.ctypeslib", "code", "marshal", "codecs", "resource",
]  # fmt: skip
SYNTAX = {
    "async def f():\n    pass": "asynchronous functions",
    "async def f():\n    await g()": "await",
    "async def f():\n    async for x in y:\n        pass": "asynchronous loops",
    "async def f():\n    async with x:\n        pass": "asynchronous blocks",
    "try:\n    pass\nexcept* ValueError:\n    pass": "except*",
}


def codes(code: str) -> set[str]:
    return {finding.code for finding in validate(code, TABLES, "trips").findings}


@pytest.mark.parametrize("name", FILE_WRITERS)
@pytest.mark.parametrize(
    "code", ["result = df.{}('x')", "f = df.{}\nresult = 1", "result = df.groupby('city').head().{}()"]
)
def test_file_writers(name: str, code: str) -> None:
    assert codes(code.format(name)) == {"forbidden_call"}


@pytest.mark.parametrize("name", TEXT_WRITERS)
def test_text_writers_with_a_target(name: str) -> None:
    assert codes(f"result = df.{name}()") == set()
    assert codes(f"result = df.{name}('x')") == {"forbidden_call"}
    assert codes(f"result = df.{name}(**{{}})") == {"forbidden_call"}
    assert codes(f"f = df.{name}\nresult = 1") == {"forbidden_call"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", TEXT_WRITERS)
def test_text_writers_with_a_target_by_its_keyword(name: str, target: str) -> None:
    assert codes(f"result = df.{name}({target}='x')") == {"forbidden_call"}


@pytest.mark.parametrize("name", FILE_WRITERS + TEXT_WRITERS)
@pytest.mark.parametrize(
    "call", ["df.agg('{}')", "df['fare'].apply('{}')", "df.groupby('city').agg(x=('fare', '{}'))", "df.transform('{}')"]
)
def test_writers_as_functions_by_name(name: str, call: str) -> None:
    assert codes(f"result = {call.format(name)}") == {"unknown_function"}


def test_every_writer_of_this_pandas_is_known() -> None:
    holders = (pd, pd.DataFrame, pd.Series, pd.Index, pd.DatetimeIndex)
    found = {name for holder in holders for name in dir(holder) if name.startswith("to_")}
    assert found - {*CONVERSIONS, *FILE_WRITERS, *TEXT_WRITERS} == set()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "code",
    ["result = pd.{}('x')", "import pandas as q\nresult = q.{}('x')", "result = df.{}('x')", "f = pd.{}\nresult = 1"],
)
def test_readers(name: str, code: str) -> None:
    assert codes(code.format(name)) == {"forbidden_attribute"}


@pytest.mark.parametrize("name", READERS)
def test_readers_by_import(name: str) -> None:
    assert "forbidden_import" in codes(f"from pandas import {name}\nresult = 1")


def test_every_reader_of_this_pandas_is_known() -> None:
    assert {name for name in dir(pd) if name.startswith("read_")} <= set(READERS)


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize(
    "code", ["result = df.{}", "result = pd.{}", "result = np.{}", "x = df['fare'].{}\nresult = 1"]
)
def test_doors(name: str, code: str) -> None:
    if name not in OFFERED_BY_MODULES or "df" in code:
        assert codes(code.format(name)) == {"forbidden_attribute"}


@pytest.mark.parametrize(
    ("module", "name"), [*(("pd", n) for n in DOORS_OF_PANDAS), *(("np", n) for n in DOORS_OF_NUMPY)]
)
def test_doors_of_a_module(module: str, name: str) -> None:
    assert "forbidden_attribute" in codes(f"result = {module}.{name}")


@pytest.mark.parametrize("name", WITHHELD)
def test_withheld_names(name: str) -> None:
    assert codes(f"result = {name}") == {"forbidden_name"}
    assert codes(f"result = {name}(df)") == {"forbidden_name"}
    assert codes(f"{name} = 1\nresult = {name}") == set()


@pytest.mark.parametrize("name", CHARTS)
def test_charts(name: str) -> None:
    assert codes(f"result = df.{name}") == {"forbidden_attribute"}


@pytest.mark.parametrize("name", FOREIGN_MODULES + CHART_MODULES)
def test_foreign_modules(name: str) -> None:
    assert codes(f"import {name}\nresult = 1") == {"forbidden_import"}
    assert codes(f"from {name} import x\nresult = 1") == {"forbidden_import"}
    hint = validate(f"import {name}\nresult = 1", TABLES, "trips").findings[0].hint
    assert ("chart" in hint) == (name in CHART_MODULES)


@pytest.mark.parametrize(("code", "what"), SYNTAX.items())
def test_syntax(code: str, what: str) -> None:
    found = [
        f.message for f in validate(f"{code}\nresult = 1", TABLES, "trips").findings if f.code == "forbidden_syntax"
    ]
    assert f"{what.capitalize()} cannot be used." in found


@pytest.mark.parametrize("name", ["query", "eval"])
def test_expressions_are_written_in_place(name: str) -> None:
    assert codes(f"result = df.{name}('fare > 1')") == set()
    assert codes(f"f = df.{name}\nresult = 1") == {"forbidden_attribute"}
    assert codes(f"result = df.{name}('fare > 1', engine='python')") == set()
    assert codes(f"result = df.{name}('fare > 1', local_dict={{}})") == {"forbidden_call"}


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        (FILE_WRITERS, vocabulary.FILE_WRITERS),
        (TEXT_WRITERS, vocabulary.TEXT_WRITERS),
        (TARGETS, vocabulary.TARGET_KEYWORDS),
        (DOORS, vocabulary.FORBIDDEN_ATTRIBUTES),
        (WITHHELD, refusals.NAMES),
        (CHARTS, vocabulary.CHART_ATTRIBUTES),
        (STANDARD_LIBRARY + LIBRARIES, {name.partition(".")[0] for name in MODULES}),
    ],
)  # fmt: skip
def test_lists_here_are_whole(listed: list[str], known: object) -> None:
    assert set(listed) == set(known)  # type: ignore[call-overload]
