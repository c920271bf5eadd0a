"""The commands and their options. Exit status: 0 answered, 2 usage or no server, 3 needs clarification, 4 declined or failed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from json import loads as read_json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from askframe.cli import exits, rendering
from askframe.cli.clarifying import clarified
from askframe.cli.loading import load
from askframe.cli.safe_text import safe
from askframe.cli.sessions import Place, session
from askframe.cli.terminal import Terminal
from askframe.client import Askframe, Privacy
from askframe.models import File, ServerEvent, Table

app = typer.Typer(
    name="askframe",
    help="Ask your files questions, get answers you can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object on stdout.")]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="ASKFRAME_URL",
        help="The server; without it the stack that runs here, or one started for this call.",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token", envvar="ASKFRAME_TOKEN", show_envvar=True, help="Work in this session instead of a new one."
    ),
]
Keep = Annotated[bool, typer.Option("--keep", help="Do not delete the new session at the end; show its token.")]
Rows = Annotated[int, typer.Option("--rows", min=1, help="How many rows of a table to print.")]
Choose = Annotated[
    list[int] | None,
    typer.Option("--choose", min=1, help="Choose this reading when the question has several (may be repeated)."),
]
Verify = Annotated[
    bool | None,
    typer.Option(
        "--verify/--no-verify",
        help="Compute what Claude computed a second time, in SQL, and say whether the two agree.",
    ),
]
IncludeTotals = Annotated[
    bool, typer.Option("--include-totals", help="Count rows that sum up others (Total, Subtotal), too.")
]
WhatClaudeMayBeTold = Annotated[
    Privacy | None,
    typer.Option(
        "--privacy",
        help="What Claude may be told: no value of a cell (schema_only), or values too (profile). Without it, what holds on the server.",
    ),
]
MaxWrong = Annotated[
    float | None,
    typer.Option(
        "--max-wrong",
        min=0,
        max=0.2,
        help="The share of wrong answers that is accepted of the offline engine; with less, less is answered.",
    ),
]


def drawn_file(path: Path | None) -> Path | None:
    """Other endings are refused before anything is asked."""
    if path is not None and path.suffix.lower() not in (".svg", ".png"):
        raise typer.BadParameter("a chart is drawn as .svg or .png")
    return path


Chart = Annotated[
    Path | None,
    typer.Option(
        "--chart", callback=drawn_file, help="Draw the answer's chart, where it has one, into this .svg or .png."
    ),
]


@app.command()
def ask(
    arguments: Annotated[list[str], typer.Argument(metavar="[FILE…] QUESTION", help="Files, then the question.")],
    url: Url = None,
    token: Token = None,
    keep: Keep = False,
    choose: Choose = None,
    max_wrong: MaxWrong = None,
    include_totals: IncludeTotals = False,
    verify: Verify = None,
    chart: Chart = None,
    privacy: WhatClaudeMayBeTold = None,
    rows: Rows = 20,
    json: Json = False,
) -> None:
    """Ask a question about files.

    Exit status: 0 answered, 2 usage or no server, 3 needs clarification, 4 declined or failed.
    """
    terminal = Terminal.of_process(json)
    with terminal.complaining():
        paths, question = split(arguments, "question", session_given=token is not None)
        with session(Place(url, token, keep, privacy), terminal) as client:
            files = load(client, paths, terminal)
            with terminal.err.status("Thinking …") as status:
                query = client.ask(
                    question,
                    _table_ids(files),
                    max_wrong=max_wrong,
                    include_totals=include_totals,
                    verify=verify,
                    on_event=lambda event: status.update(_step(event)),
                    on_text=lambda text: status.update(safe(text or WRITING)),
                )
            query = clarified(client, query, iter(choose or []), terminal)
            terminal.show(*rendering.query_parts(query, rows))
            if chart is not None and query.answer is not None and query.answer.chart is not None:
                client.chart(query, chart)
                terminal.err.print(f"The chart is in {chart}.")
            terminal.emit({**query.model_dump(mode="json"), **_files(files), **_kept(client, keep)})
    raise typer.Exit(exits.of_query(query))


@app.command()
def tables(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…")],
    url: Url = None,
    token: Token = None,
    keep: Keep = False,
    json: Json = False,
) -> None:
    """Show the tables that files become: columns, types, and why they have them."""
    terminal = Terminal.of_process(json)
    with terminal.complaining():
        check_files(files)
        with session(Place(url, token, keep), terminal) as client:
            loaded = load(client, files, terminal)
            found = [client.table(table) for file in loaded for table in file.tables]
            terminal.show(*(rendering.schema(table) for table in found))
            terminal.emit(
                {"tables": [table.model_dump(mode="json") for table in found], **_files(loaded), **_kept(client, keep)}
            )


@app.command()
def code(
    arguments: Annotated[
        list[str], typer.Argument(metavar="[FILE…] CODE", help="Files, then pandas code that assigns `result`.")
    ],
    url: Url = None,
    token: Token = None,
    keep: Keep = False,
    rows: Rows = 20,
    json: Json = False,
) -> None:
    """Run pandas code over files: `df` is the first table, `tables["name"]` any, and `result` the answer."""
    terminal = Terminal.of_process(json)
    with terminal.complaining():
        paths, snippet = split(arguments, "code", session_given=token is not None)
        with session(Place(url, token, keep), terminal) as client:
            files = load(client, paths, terminal)
            with terminal.err.status("Running …"):
                run = client.run_code(snippet, _table_ids(files))
            terminal.show(*rendering.code_run_parts(run, rows))
            terminal.emit({**run.model_dump(mode="json"), **_files(files), **_kept(client, keep)})
    raise typer.Exit(exits.of_code_run(run))


@app.command()
def dictionary(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table of the session, by its name or id.")],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="YAML, or JSON when it is called so, to be put in its place."),
    ] = None,
    url: Url = None,
    token: Token = None,
    json: Json = False,
) -> None:
    """Show what people say of a table, as YAML; with FILE, say it."""
    terminal = Terminal.of_process(json)
    with terminal.complaining():
        if token is None:
            raise exits.UsageError("No session was given.", hint="Give --token: a table is one of a session's.")
        written = None if file is None else dictionary_in(file)
        with session(Place(url, token, keep=False), terminal) as client:
            chosen = find_table(client, table)
            found = client.dictionary(chosen) if written is None else client.write_dictionary(chosen, written)
            for warning in found.warnings:
                terminal.note(warning)
            if written is not None:
                terminal.note(f"{chosen.name} has version {found.version} of its dictionary.")
            else:
                terminal.write(client.dictionary_yaml(chosen))
            terminal.emit({"table_id": chosen.table_id, **found.model_dump(mode="json")})


def dictionary_in(file: Path) -> str | dict[str, Any]:
    check_files([file])
    try:
        text = file.read_text(encoding="utf-8")
        content = read_json(text) if file.suffix.lower() == ".json" else text
    except ValueError as error:
        raise exits.UsageError(f"{str(file)!r} cannot be read: {error}.", hint="Write YAML or JSON in UTF-8.") from None
    if not isinstance(content, str | dict):
        raise exits.UsageError(f"{str(file)!r} is no dictionary.", hint="docs/dictionary.md has an example.")
    return content


def find_table(client: Askframe, wanted: str) -> Table:
    found = next((table for table in client.tables() if wanted in (table.table_id, table.name)), None)
    if found is None:
        names = ", ".join(table.name for table in client.tables())
        raise exits.UsageError(f"The session has no table {wanted!r}.", hint=f"Its tables are: {names or 'none'}.")
    return found


@app.command()
def version() -> None:
    """Show the version of this client."""
    try:
        print(installed_version("askframe"))
    except PackageNotFoundError:
        print("not installed (running from source)")


def split(arguments: Sequence[str], last: str, *, session_given: bool) -> tuple[list[Path], str]:
    """Files, and the question or code after them."""
    *names, text = arguments
    if Path(text).is_file() or not text.strip():
        raise exits.UsageError(
            f"The {last} is missing.", hint=f'Write it last, in quotes: askframe ask FILE "…" (got {text!r}).'
        )
    if not names and not session_given:
        raise exits.UsageError(
            "No file was given.", hint=f"Write files first, then the {last} in quotes; or give --token."
        )
    paths = [Path(name) for name in names]
    check_files(paths)
    return paths, text


def check_files(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.is_file():
            raise exits.UsageError(
                f"There is no file {str(path)!r}.", hint="Check its name; the question comes last, in quotes."
            )


WRITING = "Writing …"


def _step(event: ServerEvent) -> Text:
    return safe(f"Thinking … {event.data.get('state', event.name)}")


def _table_ids(files: Sequence[File]) -> list[str]:
    return [table.table_id for file in files for table in file.tables]


def _files(files: Sequence[File]) -> dict[str, Any]:
    return {"files": [file.model_dump(mode="json") for file in files]}


def _kept(client: Askframe, keep: bool) -> dict[str, Any]:
    return {"token": client.token} if keep else {}
