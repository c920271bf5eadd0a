"""What dataproc answers when a person chose how a column is to be read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from shared.errors import Conflict, InvalidRequest, NotFound
from shared.events import TableReady
from shared.rpc.evaluation import PART_OF_KEY
from shared.rpc.procedure import Procedure


class ReadingRequest(BaseModel):
    """One of the `options` that the column's open choice has. Asking again changes nothing, nor does it once the choice is settled."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    session_id: str = Field(min_length=1, max_length=64, pattern=PART_OF_KEY)
    table_id: str = Field(min_length=1, max_length=64, pattern=PART_OF_KEY)
    column: str
    option: str


class ReadingSettled(BaseModel):
    """The table as it is read from now on."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table: TableReady


TAKE_READING = Procedure(
    subject="rpc.dataproc.take_reading.v1",
    about="A column is read as a person chose, which makes another version of its table; `unavailable` while that is under way.",
    request=ReadingRequest,
    result=ReadingSettled,
    served_by="dataproc",
    asked_by=("nlq",),
    errors=(NotFound, Conflict, InvalidRequest),
    timeout=9.0,  # a large file takes longer to be read again: dataproc goes on with it, and is asked again
)
