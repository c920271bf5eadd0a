"""A dictionary as a person writes it, in JSON or YAML.

The bounds let a stored dictionary take half a megabyte at most and what it says fit into a prompt; they are far above what a person
writes by hand.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from shared.plan.aggregates import AggregateName


def within_64_bits(value: float) -> float:
    """Beyond them a whole number would be compared as a rounded one."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number of more than 64 bits is compared with nothing here; write it as text")
    return value


Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Unit = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=320)]
Number = Annotated[int | FiniteFloat, AfterValidator(within_64_bits)]
Value = bool | Number | Annotated[str, StringConstraints(max_length=500)]
Comparing = Literal[
    "=", "!=", ">", ">=", "<", "<=", "in", "not in", "contains", "not contains", "starts with", "ends with",
    "missing", "not missing",
]  # fmt: skip

MOST_SYNONYMS = 30
MOST_MEASURES = 50
MOST_CONDITIONS = 20
MOST_VALUES = 100
LONGEST_EXPRESSION = 500


class Document(BaseModel):
    """A misspelt field is an error, and not a definition that is lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    synonyms: tuple[Word, ...] = Field(default=(), max_length=MOST_SYNONYMS, description="other words for it")
    definition: Text = Field(default="", description="what it means, in sentences")


class ColumnDocument(Document):
    """What people call a column, what it means, what its numbers are in."""

    label: Word | None = Field(default=None, description="what people call it")
    unit: Unit | None = Field(default=None, description="what its numbers are in; it goes before the unit of the file")


class ConditionDocument(BaseModel):
    """A condition on the cells of one column. Text is compared without regard to case and outer blanks. Rows without a cell are among
    those of `!=`, `not in` and `not contains`, and of no other but `missing`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    column: ColumnName
    op: Comparing = "="
    value: Value | Annotated[tuple[Value, ...], Field(min_length=1, max_length=MOST_VALUES)] | None = Field(
        default=None, description="of the column's type, days and moments as ISO 8601; several for `in` and `not in`"
    )


class MeasureDocument(Document):
    """A number with a name: an aggregate of an expression over the rows for which all conditions hold."""

    name: Word
    unit: Unit | None = None
    aggregate: AggregateName
    of: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_EXPRESSION)] | None = Field(
        default=None,
        description="columns and numbers with + - * / and parentheses; names of several words stand in backticks. Only `count` goes without",
        examples=["price * quantity", "`unit price` * (1 - discount / 100)"],
    )
    percentile: float | None = Field(default=None, ge=0, le=100, description="for the aggregate of this name")
    where: tuple[ConditionDocument, ...] = Field(default=(), max_length=MOST_CONDITIONS)


class DictionaryDocument(Document):
    """All that is said of a table. What is not mentioned is not described."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "label": "order lines",
                    "columns": {"price": {"label": "unit price", "synonyms": ["price per piece"], "unit": "EUR"}},
                    "measures": [
                        {
                            "name": "revenue",
                            "aggregate": "sum",
                            "of": "price * quantity",
                            "where": [{"column": "status", "op": "!=", "value": "refunded"}],
                        }
                    ],
                }
            ]
        },
    )
    version: int | None = Field(
        default=None,
        ge=0,
        description="refuse when the dictionary has another version by now; `If-Match` says the same",
    )
    label: Word | None = Field(default=None, description="what people call the table, or its rows")
    columns: dict[ColumnName, ColumnDocument] = Field(default_factory=dict, max_length=16_384)
    measures: tuple[MeasureDocument, ...] = Field(default=(), max_length=MOST_MEASURES)
