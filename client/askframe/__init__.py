"""Askframe's Python client: upload files, ask questions, get answers with the code and the receipt.

from askframe import Askframe

with Askframe("http://127.0.0.1:8000") as client:
    client.create_session()
    client.load("examples/flights.parquet")
    query = client.ask("How many flights are there per month?")
    print(query.text, query.code)
"""

from __future__ import annotations

from askframe.client import Askframe
from askframe.errors import (
    ApiError,
    AskframeError,
    FileRefused,
    NotFound,
    RateLimited,
    TimedOut,
    Unauthorized,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from askframe.models import (
    Answer,
    Clarification,
    CodeRun,
    Column,
    Dictionary,
    File,
    FileTable,
    Grid,
    Option,
    Query,
    QueryError,
    Result,
    ServerEvent,
    Session,
    Step,
    Table,
)

__all__ = [
    "Answer",
    "ApiError",
    "Askframe",
    "AskframeError",
    "Clarification",
    "CodeRun",
    "Column",
    "Dictionary",
    "File",
    "FileRefused",
    "FileTable",
    "Grid",
    "NotFound",
    "Option",
    "Query",
    "QueryError",
    "RateLimited",
    "Result",
    "ServerEvent",
    "Session",
    "Step",
    "Table",
    "TimedOut",
    "Unauthorized",
    "Unavailable",
    "UnexpectedAnswer",
    "Unreachable",
]
