"""What analysts write is accepted. A snippet that is refused here is a false refusal, and stands in the list with its reason."""

from __future__ import annotations

import pyarrow as pa
import pytest

from services.nlq.validation import validate
from tests.analyst import Snippet, snippets
from tests.analyst.tables import TABLES

SNIPPETS = snippets()
COLUMNS = {name: table.column_names for name, table in TABLES.items()}
TEXTS = {
    name: [field.name for field in table.schema if pa.types.is_string(field.type)] for name, table in TABLES.items()
}
REFUSED = {
    # The same attribute of a class or a module holds what its attributes are refused for; dataclasses.asdict is said instead.
    "careful_code: vars of a small object, sorted dir-free checks, zip strict": "forbidden_attribute",
    # Where a reader may read from memory cannot be told from where it reads a file; pd.DataFrame(…) holds such values as well.
    "standard_library: csv text in memory": "forbidden_attribute",
}


@pytest.mark.parametrize("snippet", SNIPPETS, ids=str)
def test_code_of_analysts_is_accepted(snippet: Snippet) -> None:
    found = validate(snippet.code, COLUMNS, "sales", TEXTS).findings
    assert [one.code for one in found] == ([REFUSED[str(snippet)]] if str(snippet) in REFUSED else [])


def test_they_are_many_in_many_styles() -> None:
    assert len(SNIPPETS) >= 250
    assert len({snippet.style for snippet in SNIPPETS}) >= 15
    assert all(snippet.check for snippet in SNIPPETS)
    assert len(REFUSED) <= len(SNIPPETS) / 100


@pytest.mark.parametrize("snippet", SNIPPETS, ids=str)
def test_a_column_that_is_not_there_is_found_in_whatever_style(snippet: Snippet) -> None:
    """At the end of each, where the table is still what it was."""
    code = f"{snippet.code}\nmissing = tables['customers']['segmant']"
    found = [one for one in validate(code, COLUMNS, "sales", TEXTS).findings if one.code == "unknown_column"]
    touched = "customers" in snippet.code or "tables" in snippet.code.replace('tables["', "")
    assert touched or [one.hint for one in found] == ["Did you mean 'segment'?"]
