"""Runs the snippet inside the child: names it finds, value it leaves, and sentences about how it went wrong."""

from __future__ import annotations

import ast
import builtins
import io
import re
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import CodeType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from services.dataproc.jail.joins import observed_joins
from services.dataproc.jail.model import Failure, JoinSeen
from shared import analysis
from shared.snippets.modules import MODULES
from shared.snippets.refusals import instead_of

SNIPPET = "<snippet>"
_LAST_VALUE = "_last_value"
_MESSAGE_LENGTH = 400
_PRINTED_LENGTH = 64_000
_MOST_WARNINGS = 10
# The last is what datetime's strptime imports for itself, in the snippet's name.
_IMPORTABLE = frozenset(name.partition(".")[0] for name in MODULES) | {"_strptime"}
# Not a boundary: what is missing here only gets a clearer message than the kernel's refusal.
_WITHHELD = frozenset(
    {
        "open",
        "exec",
        "eval",
        "compile",
        "input",
        "breakpoint",
        "help",
        "exit",
        "quit",
        "license",
        "credits",
        "copyright",
    }
)
# Exported code names the model steps as the client's package has them, which is not installed where the jail is.
_CLIENT = SimpleNamespace(analysis=analysis)
_HOST_PATH = re.compile(r"(?:/[\w.@+-]+){2,}/")
_UNINTERESTING = (DeprecationWarning, FutureWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)


class SnippetFailed(Exception):
    """The snippet raised, did not compile, or left no value; the message is for the person who wrote it."""

    def __init__(self, message: str, failure: Failure = Failure.OTHER) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True)
class Execution:
    """`value` may be any object; it is meant for `results.answer_of`."""

    value: Any
    printed: str
    warnings: tuple[str, ...]
    joins: tuple[JoinSeen, ...] = ()


class _CappedText(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str) -> int:
        room = _PRINTED_LENGTH - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


def execute(code: str, frames: Mapping[str, pd.DataFrame]) -> Execution:
    """Run `code` with the tables in reach; raises SnippetFailed."""
    namespace = _namespace(frames)
    printed = _CappedText()
    with (
        _caught_warnings() as caught,
        observed_joins() as joins,
        redirect_stdout(printed),
        redirect_stderr(io.StringIO()),
    ):
        try:
            exec(_compiled(code), namespace)  # noqa: S102  # nosec B102: this process is the jail
        except BaseException as error:
            raise SnippetFailed(explain(error), failure_of(error)) from error
        value = _result_of(namespace, printed.getvalue())
    return Execution(value, printed.getvalue(), tuple(caught), tuple(joins))


def _namespace(frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    tables = dict(frames)
    namespace: dict[str, Any] = {
        "__name__": "snippet",
        "__builtins__": _builtins(),
        "pd": pd,
        "np": np,
        "analysis": analysis,
        "tables": tables,
    }
    if tables:
        namespace["df"] = next(iter(tables.values()))
    return namespace


def _builtins() -> dict[str, Any]:
    kept = {name: value for name, value in vars(builtins).items() if name not in _WITHHELD}
    return kept | {"__import__": _import_known}


def _import_known(name: str, *rest: Any, **named: Any) -> Any:
    """`__import__` for modules that analysis needs; relative imports find nothing."""
    if name == "askframe":
        return _CLIENT
    if name.partition(".")[0] in _IMPORTABLE:
        return builtins.__import__(name, *rest, **named)
    instead = instead_of(name) or "pandas (pd) and numpy (np) are already there"
    raise ImportError(f"'{name}' cannot be imported here: {instead}")


def _compiled(code: str) -> CodeType:
    """The snippet, with the value of a last expression kept."""
    tree = ast.parse(code, SNIPPET)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        target = ast.copy_location(ast.Name(_LAST_VALUE, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
    return compile(tree, SNIPPET, "exec", dont_inherit=True)


def _result_of(namespace: Mapping[str, Any], printed: str) -> Any:
    if "result" in namespace:
        return namespace["result"]
    if (value := namespace.get(_LAST_VALUE)) is not None:
        return value
    if printed:
        return printed.rstrip("\n")
    raise SnippetFailed("The code left no result: assign the answer to `result`.")


@contextmanager
def _caught_warnings() -> Iterator[list[str]]:
    """Fills the list with distinct warnings that say something about the data."""
    sentences: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield sentences
    for warning in caught:
        sentence = f"{warning.category.__name__}: {_trimmed(str(warning.message))}"
        if (
            not issubclass(warning.category, _UNINTERESTING)
            and sentence not in sentences
            and len(sentences) < _MOST_WARNINGS
        ):
            sentences.append(sentence)


def failure_of(error: BaseException) -> Failure:
    return Failure.NAME_NOT_FOUND if isinstance(error, (KeyError, AttributeError)) else Failure.OTHER


def explain(error: BaseException) -> str:
    """`Line 3: KeyError: 'Revenu'`, without the paths of this machine; of a model step its own sentence, which is for people."""
    if isinstance(error, analysis.AnalysisRefused):
        return str(error)
    if isinstance(error, MemoryError):
        what = "MemoryError: the code needed more memory than a run may use"
    else:
        what = f"{type(error).__name__}: {_trimmed(_message(error))}"
    line = _line_of(error)
    return f"Line {line}: {what}" if line else what


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, PermissionError):
        return "files, network and other programs cannot be used here"
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the exception's class may be the snippet's own
        return "(its message cannot be shown)"


def _line_of(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == SNIPPET]
    return lines[-1] if lines else None


def _trimmed(text: str) -> str:
    shown = " ".join(_HOST_PATH.sub("…/", text[: 4 * _MESSAGE_LENGTH]).split())
    return shown if len(shown) <= _MESSAGE_LENGTH else shown[: _MESSAGE_LENGTH - 1] + "…"
