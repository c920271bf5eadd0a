"""What dataproc answers: the results of typed plans over the tables of one session."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.errors import NotFound
from shared.events.base import TableName
from shared.events.queries import MOST_TABLES
from shared.plan import Plan
from shared.plan.result import Result
from shared.rpc.procedure import Procedure

MOST_PLANS = 12  # candidate readings of one question
MOST_ROWS = 200  # that come with a result; a longer one is told by its sketch
MOST_BYTES = 64 << 10  # of a result as JSON: twelve of them fit into the 1 MB that the bus takes
PART_OF_KEY = r"^[\w-]+$"  # keys of objects are made of these: nothing in them leads out of the session's prefix

RefusalCode = Literal[
    "ill_typed", "not_single", "out_of_range", "too_many_rows", "too_large", "out_of_time", "out_of_memory", "failed"
]


class PlannedTable(BaseModel):
    """A table under the name that it has in the plans. Its key follows from the session: a request cannot name another's."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: TableName
    table_id: str = Field(min_length=1, max_length=64, pattern=PART_OF_KEY)
    version: int = Field(ge=1)


class EvaluationRequest(BaseModel):
    """Plans over tables of one session, in one request: candidates of a question are compared with one another. Of a model the outcome is
    what its result is checked by: a row for each number on which its two computations must agree."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session_id: str = Field(min_length=1, max_length=64, pattern=PART_OF_KEY)
    tables: tuple[PlannedTable, ...] = Field(max_length=MOST_TABLES)
    plans: tuple[Plan, ...] = Field(min_length=1, max_length=MOST_PLANS)

    @model_validator(mode="after")
    def _name_once(self) -> EvaluationRequest:
        if len({table.name for table in self.tables}) < len(self.tables):
            raise ValueError("two tables have one name")
        return self


class PlanRefused(BaseModel):
    """Why a plan has no result; `rows` where it is known how many there would be."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    code: RefusalCode
    reason: Annotated[str, Field(max_length=500)]
    rows: int | None = None


class PlanOutcome(BaseModel):
    """Either of the two."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    result: Result | None = None
    refusal: PlanRefused | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> PlanOutcome:
        if (self.result is None) == (self.refusal is None):
            raise ValueError("an outcome is a result or a refusal")
        return self


class Evaluation(BaseModel):
    """One outcome for each plan, in their order."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    outcomes: tuple[PlanOutcome, ...]


EVALUATE_PLANS = Procedure(
    subject="rpc.dataproc.evaluate_plans.v1",
    about="The results of typed plans, computed by DuckDB; `not_found` when a table has gone meanwhile.",
    request=EvaluationRequest,
    result=Evaluation,
    served_by="dataproc",
    asked_by=("nlq",),
    errors=(NotFound,),
    timeout=8.0,  # the evaluation itself is bounded (ASKFRAME_EVALUATE_SECONDS); a table may first have to be fetched
)
