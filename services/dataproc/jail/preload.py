"""Everything that analysis code may import while it runs, imported before the fork: a locked child can open no file."""

from __future__ import annotations

import importlib
import pkgutil
import tempfile
import time
import types
import warnings
import zoneinfo
from collections.abc import Iterator
from functools import cache
from typing import IO, Any

from shared.analysis.model import ModelStep
from shared.analysis.registry import MODEL_STEPS
from shared.analysis.samples import SAMPLE
from shared.snippets.modules import MODULES as OFFERED

_PACKAGES = (
    "pandas",
    "shared.analysis",
    "numpy.polynomial",
    "numpy.random",
    "numpy.fft",
    "numpy.linalg",
    "numpy.ma",
    "narwhals._pandas_like",
    "encodings",
)
# What the offered modules import by themselves only when they are used: found by looking for imports inside of their functions.
_LATE = (
    "_strptime", "locale", "numpy.char", "pyarrow.compute", "pyarrow.parquet", "traceback",
    "narwhals._interchange.dataframe", "narwhals._interchange.series", "narwhals._namespace", "narwhals.group_by",
    "narwhals.stable.v1._namespace", "narwhals.stable.v2._namespace",
    "scipy._lib.cobyqa", "scipy._lib.pyprima.common.infos", "scipy._lib.pyprima.common.message", "scipy.linalg._matfuncs_inv_ssq",
    "scipy.optimize.elementwise", "scipy.sparse._spfuncs", "sklearn.utils._pprint", "statsmodels.base.elastic_net",
    "statsmodels.base.l1_cvxopt", "statsmodels.discrete.diagnostic", "statsmodels.duration._kernel_estimates",
    "statsmodels.sandbox.distributions.multivariate", "statsmodels.sandbox.tools.cross_val", "statsmodels.stats._delta_method",
    "statsmodels.stats._lilliefors_critical_values", "statsmodels.tsa.ardl.pss_critical_values", "tabulate",
)  # fmt: skip
_MODULES = (*_LATE, *OFFERED)
_REHEARSED = (
    "result = df.groupby('name', as_index=False)['amount'].sum().sort_values('amount', ascending=False).head(1)",
    "result = df[df['name'].str.contains('a') & (df['amount'] > 1)].merge(df, on='name')",
    "result = df.groupby(df['day'].dt.strftime('%Y-%m'))['amount'].agg(['mean', 'count'])",
    "result = df.query('amount > 1').pivot_table(index='name', values='amount', aggfunc='sum')",
    "result = df['amount'].describe(); df.T",
    "result = df['missing']",
    "result = df['amount'].max()",
    "from sklearn.linear_model import LinearRegression\nresult = LinearRegression().fit(df[['amount']].fillna(0), [1, 2, 3]).coef_",
)
# What most questions do, in as few lines: each page of memory that it writes to is a page that a run need not copy.
_USUAL = """
rows = df[df['name'].isin(['a', 'b']) & ~(df['amount'] > 1)]
counted = rows.groupby('name', as_index=False).agg(rows=('amount', 'size'), total=('amount', 'sum'))
summary = rows.groupby('name')['amount'].sum(min_count=1).reset_index(name='total')
result = summary.nlargest(3, 'total', keep='all')
"""
# pandas' engine of numba, where somebody installed that, would bring a compiler of 200 MB, which no question needs.
_SKIPPED = (".tests", ".conftest", "._numba", "._matplotlib")


def import_everything() -> tuple[object, ...]:
    """Import and warm up; returns what must stay referenced (time zones are cached weakly)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in (*_MODULES, *_PACKAGES):
            package = _import_if_there(name)
            if package is not None and name in _PACKAGES:
                _import_below(package)
        time.localtime()
        # `n_jobs=-1`, which analysts write by habit, starts processes or threads otherwise, and the jail forbids both.
        return (importlib.import_module("joblib").parallel_config(backend="sequential"), *_time_zones())


def _time_zones() -> tuple[object, ...]:
    """Every zone twice: pandas reads the transitions from the pure Python class, which has a weak cache of its own."""
    twin = importlib.import_module("zoneinfo._zoneinfo").ZoneInfo
    names = zoneinfo.available_timezones()
    return tuple(make(name) for name in names for make in (zoneinfo.ZoneInfo, twin))


def rehearse() -> None:
    """Run a snippet of our own once, so that what libraries prepare on first use is prepared in every child."""
    child = importlib.import_module("services.dataproc.jail.child")
    pd = importlib.import_module("pandas")
    for code in (*_REHEARSED, _USUAL):
        child.compute(code, {"rehearsal": _frame()}, child.JailLimits())
    warm_up()
    sample = pd.DataFrame(SAMPLE).assign(day=pd.to_datetime(SAMPLE["day"]))
    for step in MODEL_STEPS.values():
        for call in _calls_of(step):
            child.compute(f"result = {call}", {"rehearsal": sample.copy()}, child.JailLimits())


def warm_up() -> None:
    """In a spare child (`spares`): read a table and compute over it, as a run does."""
    child = importlib.import_module("services.dataproc.jail.child")
    table = child.TableSource("rehearsal", _stored().fileno(), parquet=False, columns=None)
    child.compute(_USUAL, {"rehearsal": child.load(table)}, child.JailLimits())


@cache
def _stored() -> IO[bytes]:
    """The table of the rehearsal as a file, open for as long as this process lives and nowhere to be found."""
    arrow = importlib.import_module("pyarrow")
    table = arrow.Table.from_pandas(_frame(), preserve_index=False)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - see above
    with arrow.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    file.flush()
    return file


def _frame() -> Any:
    pd = importlib.import_module("pandas")
    return pd.DataFrame(
        {"day": pd.to_datetime(["2024-01-01"] * 3), "name": ["a", "b", None], "amount": [1.0, 2.5, None]}
    )


def _calls_of(step: ModelStep) -> Iterator[str]:
    """The registry's examples, and the first with each other choice that a setting has: every one may import something of its own."""
    first = step.example
    choices = [(s.name, choice) for s in step.settings for choice in s.choices if choice != s.default]
    calls = [(example.columns, example.settings) for example in step.examples]
    for columns, settings in [*calls, *((first.columns, {**first.settings, name: value}) for name, value in choices)]:
        given = ", ".join(f"{name}={value!r}" for name, value in {**columns, **settings}.items())
        yield f"analysis.{step.name}(df, {given})"


def _import_below(package: types.ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".", onerror=lambda name: None):
        if not any(part in module.name for part in _SKIPPED):
            _import_if_there(module.name)


def _import_if_there(name: str) -> types.ModuleType | None:
    """None for what is optional and not installed, or belongs to another platform."""
    try:
        return importlib.import_module(name)
    except (ImportError, AttributeError):
        return None
