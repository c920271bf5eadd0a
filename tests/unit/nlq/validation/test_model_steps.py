"""Model steps are called by the registry's names, with literal columns that exist and settings that they have."""

from __future__ import annotations

import pytest

from services.nlq.validation import validate
from shared.analysis import MODEL_STEPS
from shared.analysis.samples import SAMPLE

TABLES = {"shop": list(SAMPLE), "other": ["visits"]}


def found(code: str) -> set[tuple[str, str]]:
    return {(finding.code, finding.hint) for finding in validate(code, TABLES, "shop").findings}


def codes(code: str) -> set[str]:
    return {code for code, _ in found(code)}


CALLS = [
    (name, example)
    for name, step in MODEL_STEPS.items()
    for example in step.examples
]  # fmt: skip


@pytest.mark.parametrize(("name", "example"), CALLS, ids=lambda part: getattr(part, "question", part))
def test_every_example_is_accepted_and_reads_no_more_than_it_needs(name: str, example: object) -> None:
    columns, settings = example.columns, example.settings  # type: ignore[attr-defined]
    given = ", ".join(f"{key}={value!r}" for key, value in {**columns, **settings}.items())
    validated = validate(f"result = analysis.{name}(df{given and ', ' + given})", TABLES, "shop")
    assert validated.ok, validated.findings
    named = {column for names in columns.values() for column in names}
    whole = MODEL_STEPS[name].reads_all_columns(columns)
    assert validated.columns_used == {"shop": frozenset(SAMPLE) if whole else frozenset(named), "other": frozenset()}


@pytest.mark.parametrize(
    "code",
    [
        "result = analysis.correlation(df[df['card']], columns=['visits', 'sales'], statistic='correlation')",
        "result = analysis.correlation(tables['shop'], columns=('visits', 'sales'), method='kendall').value",
        "from askframe import analysis\nresult = analysis.t_test(df, value='sales', group='card')",
        "from askframe import analysis as models\nresult = models.describe(df)",
        "analysis = df['sales'].sum()\nresult = analysis",
        "result = analysis.clusters(df, columns=['price'], k=4, show='rows').table.head(3)",
    ],
)
def test_ordinary_calls_are_accepted(code: str) -> None:
    assert found(code) == set()


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("analysis.corelation(df, columns=['visits', 'sales'])", "unknown_function"),
        ("analysis.registry(df)", "unknown_function"),
        ("analysis.t_test", "forbidden_attribute"),
        ("analysis.AnalysisRefused('x')", "unknown_function"),
        ("analysis.__dict__", "forbidden_attribute"),
        ("analysis", "forbidden_name"),
        ("[analysis.correlation]", "forbidden_attribute"),
        ("analysis.correlation()", "forbidden_call"),
        ("analysis.correlation(df, df, columns=['visits', 'sales'])", "forbidden_call"),
        ("analysis.correlation(*[df], columns=['visits', 'sales'])", "forbidden_call"),
        ("analysis.correlation(df, **{'columns': ['visits', 'sales']})", "forbidden_call"),
        ("analysis.correlation(df)", "forbidden_call"),
        ("analysis.correlation(df, columns=['visits'])", "forbidden_call"),
        ("analysis.correlation(df, columns=[c for c in df])", "forbidden_call"),
        ("analysis.correlation(df, columns=['visits', 'sales'], method='person')", "forbidden_call"),
        ("analysis.correlation(df, columns=['visits', 'sales'], method=len('x'))", "forbidden_call"),
        ("analysis.correlation(df, columns=['visits', 'sales'], kind='pearson')", "forbidden_call"),
        ("analysis.correlation(df, columns=['visits', 'sales'], statistic='slope')", "forbidden_call"),
        ("analysis.forecast(df, value='sales', when='day', periods=100)", "forbidden_call"),
        ("analysis.forecast(df, value='sales', when='day', periods=2.5)", "forbidden_call"),
        ("analysis.chi_square(df, columns=['region', 'card'], correction=1)", "forbidden_call"),
        ("analysis.correlation(df, columns=['visit', 'sales'])", "unknown_column"),
        ("analysis.correlation(tables['other'], columns=['visits', 'sales'])", "unknown_column"),
        ("analysis.correlation(df[['price']], columns=['visits', 'sales'])", "unknown_column"),
    ],
)
def test_mistakes_are_told(code: str, wrong: str) -> None:
    assert codes(f"result = {code}") == {wrong}


def test_what_was_meant_is_named() -> None:
    assert found("result = analysis.kruskal(df, value='sales', group='region')") == {
        ("unknown_function", "Did you mean 'kruskal_wallis'?")
    }
    assert found("result = analysis.correlation(df, colums=['visits', 'sales'], columns=['visits', 'sales'])") == {
        ("forbidden_call", "Did you mean 'columns'?")
    }
    assert found("result = analysis.correlation(df, columns=['visit', 'sales'])") == {
        ("unknown_column", "Did you mean 'visits'?")
    }


def test_the_long_way_to_a_step_is_held_against_the_registry_too() -> None:
    assert codes("import askframe\nresult = askframe.analysis.correlation(df, columns=['visits'])") == {
        "forbidden_call"
    }
    assert codes("import askframe\nresult = askframe.analysis.registry") == {"unknown_function"}
    assert codes("import askframe\nresult = askframe.Askframe") == {"forbidden_attribute"}


@pytest.mark.parametrize("line", ["import askframe", "from askframe import Askframe", "import askframe.analysis"])
def test_nothing_else_of_the_client_can_be_imported(line: str) -> None:
    allowed = line == "import askframe"
    assert codes(f"{line}\nresult = 1") == (set() if allowed else {"forbidden_import"})
