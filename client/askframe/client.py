"""The client: one method per thing that Askframe does."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from askframe import uploading
from askframe.errors import AskframeError, FileRefused
from askframe.event_stream import TEXT_EVENTS, read_events, written_so_far
from askframe.models import (
    QUERY_ENDS,
    CodeRun,
    CurrentSession,
    Dictionary,
    File,
    FileTable,
    Grid,
    Query,
    ServerEvent,
    Session,
    Table,
)
from askframe.transport import Transport
from askframe.waiting import LONG_POLL, UNTIL_ITS_END, wait_for_end

TableLike = str | FileTable | Table
ResultFormat = Literal["json", "csv", "parquet", "xlsx"]
Privacy = Literal["schema_only", "profile"]
ExportFormat = Literal["csv", "parquet", "xlsx", "jsonl"]


class Askframe:
    """A session on an Askframe server. Not for use from several threads at once.

    `http` replaces the network in tests.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        http: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(base_url, token, http=http, sleep=sleep)
        self._clock, self._sleep = clock, sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    @property
    def token(self) -> str | None:
        """The session's token: keep it to come back to the same files and answers."""
        return self._transport.token

    def create_session(self, privacy: Privacy | None = None) -> Session:
        """Begin a new session; from here on this client speaks for it. `privacy` is what Claude may be told, else what holds on the server."""
        wanted = {"json": {"privacy": privacy}} if privacy else {}
        session = Session.model_validate(self._transport.json("POST", "/v1/sessions", **wanted))
        self._transport.token = session.token
        return session

    def current_session(self) -> CurrentSession:
        return CurrentSession.model_validate(self._transport.json("GET", "/v1/sessions/current"))

    def choose_privacy(self, privacy: Privacy | None) -> CurrentSession:
        """What Claude may be told from the next question on; None: what holds on the server."""
        changed = self._transport.json("PATCH", "/v1/sessions/current", json={"privacy": privacy})
        return CurrentSession.model_validate(changed)

    def delete_session(self) -> None:
        """Forget the session with all its files, tables and answers."""
        self._transport.call("DELETE", "/v1/sessions/current")
        self._transport.token = None

    def history(self) -> Iterator[dict[str, Any]]:
        """What happened in the session, newest first, fetched page by page."""
        return self._transport.pages("/v1/sessions/current/history", "entries")

    def events(self, query: str | Query | None = None) -> Generator[ServerEvent, None, None]:
        """Live events of the session, or of one question, until the server ends the stream or the caller stops reading."""
        path = f"/v1/queries/{_query_id(query)}/events" if query else "/v1/events"
        with self._transport.stream("GET", path, headers={"Accept": "text/event-stream"}) as response:
            yield from read_events(response.iter_lines())

    def upload(
        self, path: str | Path, *, name: str | None = None, on_progress: uploading.Progress = lambda sent, total: None
    ) -> File:
        """Send a file; big ones in resumable pieces. The answer's state is not final: see `wait_file`."""
        path = Path(path)
        name = name or path.name
        if path.stat().st_size >= uploading.RESUMABLE_FROM and uploading.resumable(self._transport):
            file_id = uploading.ResumableUpload(self._transport, path, name, on_progress, self._sleep).run()
        else:
            file_id = uploading.send_multipart(self._transport, path, name, on_progress)
        return self.file(file_id)

    def file(self, file_id: str, *, wait: float | None = None) -> File:
        """A file's state now, or after at most `wait` seconds when it ends sooner."""
        return File.model_validate(self._transport.json("GET", f"/v1/files/{file_id}", params=_given(wait=wait)))

    def wait_file(
        self, file: str | File, *, timeout: float = 600.0, on_state: Callable[[File], None] | None = None
    ) -> File:
        """Wait until the file's tables can be asked; raises `FileRefused` with the reason when there will be none."""
        file_id = file if isinstance(file, str) else file.file_id
        step = 1.0 if on_state else LONG_POLL
        ended = wait_for_end(
            lambda wait: self.file(file_id, wait=wait), f"Reading file {file_id}", timeout, self._clock, on_state, step
        )
        if not ended.ready:
            raise FileRefused(
                ended.filename or file_id,
                ended.code or f"file_{ended.state}",
                ended.reason or f"The file {ended.state}.",
                ended.hint or "",
            )
        return ended

    def load(self, path: str | Path, *, timeout: float = 600.0) -> File:
        """Upload a file and wait until it is ready."""
        return self.wait_file(self.upload(path), timeout=timeout)

    def files(self) -> Iterator[File]:
        return (File.model_validate(item) for item in self._transport.pages("/v1/files", "files"))

    def delete_file(self, file: str | File) -> None:
        """Forget a file and the tables made from it."""
        self._transport.call("DELETE", f"/v1/files/{file if isinstance(file, str) else file.file_id}")

    def tables(self) -> Iterator[Table]:
        """The session's tables with their columns."""
        return (Table.model_validate(item) for item in self._transport.pages("/v1/tables", "tables"))

    def table(self, table: TableLike) -> Table:
        return Table.model_validate(self._transport.json("GET", f"/v1/tables/{_table_id(table)}"))

    def change_columns(
        self, table: TableLike, columns: Mapping[str, Mapping[str, Any]], *, lose_misfits: bool = False
    ) -> Table:
        """Overrule how columns were read: `{"weight": {"format": "1.234,5"}}`; also `name`, `type` and `unit`. An empty format takes a choice back.

        Raises `ApiError` 409 where a cell does not fit, unless such cells may become missing.
        """
        body = {
            "columns": {name: dict(wish) for name, wish in columns.items()},
            **({"misfits": "null"} if lose_misfits else {}),
        }
        self._transport.call("PATCH", f"/v1/tables/{_table_id(table)}/columns", json=body)
        return self.table(table)

    def dictionary(self, table: TableLike) -> Dictionary:
        """What people say of a table; empty, of version 0, as long as nobody has written anything."""
        return Dictionary.model_validate(self._transport.json("GET", f"/v1/tables/{_table_id(table)}/dictionary"))

    def dictionary_yaml(self, table: TableLike) -> str:
        """The same as a file to be kept, and to be put on tables of other sessions."""
        url = f"/v1/tables/{_table_id(table)}/dictionary"
        return self._transport.call("GET", url, headers={"Accept": "application/yaml"}).text

    def write_dictionary(
        self, table: TableLike, dictionary: Dictionary | Mapping[str, Any] | str, *, version: int | None = None
    ) -> Dictionary:
        """Replace all that is said of a table; a text is YAML.

        With `version`, or the one in the dictionary, only when that is still the one in force: otherwise `ApiError` of status 412.
        """
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        sent: dict[str, Any]
        if isinstance(dictionary, str):
            headers["Content-Type"] = "application/yaml"
            sent = {"content": dictionary.encode()}
        else:
            fields = dictionary.model_dump(mode="json") if isinstance(dictionary, Dictionary) else dict(dictionary)
            sent = {"json": fields}
        url = f"/v1/tables/{_table_id(table)}/dictionary"
        return Dictionary.model_validate(self._transport.json("PUT", url, headers=headers, **sent))

    def preview(
        self,
        table: TableLike,
        *,
        offset: int = 0,
        limit: int = 50,
        columns: Sequence[str] = (),
        sort: str | None = None,
    ) -> Grid:
        """Rows `offset` to `offset + limit`; `sort` is a column, with a leading `-` from high to low."""
        params = _given(offset=offset, limit=limit, columns=list(columns) or None, sort=sort)
        return Grid.model_validate(self._transport.json("GET", f"/v1/tables/{_table_id(table)}/preview", params=params))

    def export(self, table: TableLike, to: str | Path, file_format: ExportFormat = "csv", *, raw: bool = False) -> Path:
        """Write a whole table to a file; `raw` gives the cells as they were read, before typing and cleaning."""
        params = _given(format=file_format, raw="true" if raw else None)
        return self._transport.save(f"/v1/tables/{_table_id(table)}/export", params, Path(to))

    def ask(
        self,
        question: str,
        tables: Sequence[TableLike] = (),
        *,
        conversation: str | None = None,
        max_wrong: float | None = None,
        include_totals: bool = False,
        verify: bool | None = None,
        on_event: Callable[[ServerEvent], None] | None = None,
        on_text: Callable[[str], None] | None = None,
        timeout: float = UNTIL_ITS_END,
    ) -> Query:
        """Ask, and wait until the question is answered, declined, or needs a clarification (see `clarify`).

        Without `tables` all of the session's tables are meant. `on_event` is called at every step on the way; an event's
        `data` is the question as it stands, with its `state`. `on_text` is called while Claude writes the answer, each time with
        all that it has written: a later text may begin otherwise, and the answer's own is the one that holds. `max_wrong` is the share of wrong answers that is accepted of the
        offline engine, between 0 and 0.2: with less it answers less, and asks and declines more. `include_totals` counts the rows
        that sum up others, which are left out otherwise. `verify` has what Claude computed computed a second time, in SQL:
        `answer.verification` says whether the two agree; None leaves it to the service.
        """
        body = _given(
            question=question,
            table_ids=[_table_id(t) for t in tables] or None,
            conversation_id=conversation,
            max_wrong=max_wrong,
            include_totals=include_totals or None,
            verify=verify,
        )
        asked = Query.model_validate(self._transport.json("POST", "/v1/queries", json=body))
        if on_event or on_text:
            self._follow(asked, on_event, on_text, self._clock() + timeout)
        return self.wait_query(asked, timeout=timeout)

    def create_conversation(self) -> str:
        """Begin a conversation: questions asked in it may follow up on the ones before."""
        created = self._transport.json("POST", "/v1/conversations", json={})
        return str(created["conversation_id"])

    def clarify(self, query: str | Query, choice: str, *, timeout: float = UNTIL_ITS_END) -> Query:
        """Choose one of the clarification's options by its id or label, or, with Claude, answer in words of your own; then wait again."""
        query_id = _query_id(query)
        self._transport.call("POST", f"/v1/queries/{query_id}/clarification", json={"choice": choice})
        return self.wait_query(query_id, timeout=timeout)

    def edit(self, query: str | Query, code: str, *, timeout: float = UNTIL_ITS_END) -> Query:
        """Run a question's code in your own version: a new question with the same text, answered by it."""
        edited = self._transport.json("POST", f"/v1/queries/{_query_id(query)}/code", json={"code": code})
        return self.wait_query(Query.model_validate(edited), timeout=timeout)

    def stop(self, query: str | Query) -> None:
        """End a question that is under way; it is `failed` then, with the code `stopped`. Raises `ApiError` 409 where it has ended otherwise."""
        self._transport.call("DELETE", f"/v1/queries/{_query_id(query)}")

    def query(self, query: str | Query, *, wait: float | None = None) -> Query:
        return Query.model_validate(
            self._transport.json("GET", f"/v1/queries/{_query_id(query)}", params=_given(wait=wait))
        )

    def wait_query(self, query: str | Query, *, timeout: float = UNTIL_ITS_END) -> Query:
        query_id = _query_id(query)
        return wait_for_end(lambda wait: self.query(query_id, wait=wait), f"Question {query_id}", timeout, self._clock)

    def queries(self) -> Iterator[dict[str, Any]]:
        """The session's questions, newest first, as the list shows them."""
        return self._transport.pages("/v1/queries", "queries")

    def result(
        self, query: str | Query, to: str | Path, file_format: ResultFormat = "csv", *, name: str | None = None
    ) -> Path:
        """Write the whole result, not only its preview, to a file; with a `name`, that one of `answer.results`."""
        asked = {"format": file_format} if name is None else {"format": file_format, "name": name}
        return self._transport.save(f"/v1/queries/{_query_id(query)}/result", asked, Path(to))

    def chart(self, query: str | Query, to: str | Path, *, dark: bool = False) -> Path:
        """Draw the answer's chart into a file, as its name ends: `.svg` or `.png`. Raises `AskframeError` (`no_chart`) where there is none."""
        form = Path(to).suffix.lower().removeprefix(".")
        if form not in ("svg", "png"):
            raise ValueError(f"A chart is drawn as .svg or .png, and not as {Path(to).name}.")
        path = f"/v1/queries/{_query_id(query)}/chart.{form}"
        return self._transport.save(path, {"theme": "dark" if dark else "light"}, Path(to))

    def run_code(self, code: str, tables: Sequence[TableLike] = ()) -> CodeRun:
        """Run pandas code over tables, `df` or `tables["name"]`, that assigns `result`. Refused code is an outcome, not an error."""
        body = _given(code=code, table_ids=[_table_id(t) for t in tables] or None)
        return CodeRun.model_validate(self._transport.json("POST", "/v1/code", json=body))

    def _follow(
        self,
        query: Query,
        on_event: Callable[[ServerEvent], None] | None,
        on_text: Callable[[str], None] | None,
        deadline: float,
    ) -> None:
        """Report steps until the last one. A stream that breaks only costs the reports: the answer is waited for anyway."""
        written = ""
        try:
            with closing(self.events(query)) as events:
                for event in events:
                    if event.name in TEXT_EVENTS:
                        written = written_so_far(written, event)
                        if on_text:
                            on_text(written)
                    elif on_event:
                        on_event(event)
                    if event.data.get("state") in QUERY_ENDS or self._clock() > deadline:
                        return
        except AskframeError:
            return


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _table_id(table: TableLike) -> str:
    return table if isinstance(table, str) else table.table_id


def _query_id(query: str | Query) -> str:
    return query if isinstance(query, str) else query.query_id
