"""A receipt in a few lines: which rows of which file, which columns, which code. All of it is in `--json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

DIGEST = 12  # characters of a digest that are enough to compare by eye


def receipt_lines(receipt: Mapping[str, Any]) -> Iterator[str]:
    """What a receipt does not say is left out."""
    for table in receipt.get("tables") or ():
        yield f"{table.get('name', 'table')}: {_rows(table)}{_digest(' · file sha256 ', table.get('file_sha256'))}"
    if columns := receipt.get("columns"):
        yield "columns: " + ", ".join(f"{c.get('table')}.{c.get('column')}" for c in columns)
    for chosen in receipt.get("chosen") or ():
        yield f"chosen: {chosen.get('question')} → {chosen.get('choice')}"
    if model := receipt.get("model"):
        yield f"model: {model}" + (f", prompt {receipt['prompt_version']}" if receipt.get("prompt_version") else "")
    if code := receipt.get("code_sha256"):
        yield _digest("code sha256 ", code)


def _rows(table: Mapping[str, Any]) -> str:
    rows, rows_in = table.get("rows"), table.get("rows_in")
    if not isinstance(rows_in, int) or rows_in == rows:
        return f"all of {rows or 0:,} rows"
    return f"{rows_in:,} of {rows or 0:,} rows"


def _digest(label: str, digest: Any) -> str:
    return f"{label}{str(digest)[:DIGEST]}…" if digest else ""
