"""What a question's author expects, one type per kind (`check`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Decimals = int | Literal["written"] | None


class Expected(BaseModel):
    """`decimals`: expected numbers were rounded to so many places, or to as many as their text shows ("written")."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    decimals: Decimals = None


class SetOf(Expected):
    """Some column's values are, as a set, exactly these."""

    check: Literal["set"]
    values: list[Any]


class Scalar(Expected):
    """As a set of one value; any one of `values` will do."""

    check: Literal["scalar"]
    values: list[Any]


class Rows(Expected):
    """Distinct columns can be chosen over which the rows, in any order, are exactly one of these row sets."""

    check: Literal["rows"]
    rows: list[list[list[Any]]]


class Ordered(Expected):
    """Some column reads from top to bottom exactly so."""

    check: Literal["order"]
    values: list[Any]


class Names(Expected):
    """Every name carries its value."""

    check: Literal["named"]
    values: dict[str, Any]


class AnyOf(Expected):
    check: Literal["any"]
    of: list[Expectation]


class Either(Expected):
    """One of these answers, or a question back where `asked_ok`, or a refusal where `declined_ok`: all but a wrong answer."""

    check: Literal["either"]
    of: list[Expectation] = []
    asked_ok: bool = False
    declined_ok: bool = False


class Refuses(Expected):
    """The tables do not hold it: declined or asked back, never answered."""

    check: Literal["refuse"]


class Clarifies(Expected):
    """Asked back; every choice in `between` is named by an option, and choosing leads to its answer."""

    check: Literal["clarify"]
    between: list[str] = []
    answers: dict[str, Any] = {}


class Unscored(Expected):
    """Asked for the sake of the turns after it."""

    check: Literal["none"]


Expectation = Annotated[
    SetOf | Scalar | Rows | Ordered | Names | AnyOf | Either | Refuses | Clarifies | Unscored,
    Field(discriminator="check"),
]
ANSWERABLE = frozenset({"set", "scalar", "rows", "order", "named", "any"})
for _kind in (AnyOf, Either):
    _kind.model_rebuild()
EXPECTATION: TypeAdapter[Expectation] = TypeAdapter(Expectation)
