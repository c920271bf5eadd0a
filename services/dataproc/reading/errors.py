"""The refusals of the reading engine: each says what is wrong with the file, where, and what to do."""

from __future__ import annotations


class ReadError(Exception):
    """The file cannot become a table; `code` is stable, `message` and `hint` are for the person who sent it."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.hint)


def empty_file(what: str = "The file") -> ReadError:
    return ReadError("empty_file", f"{what} holds no data.", "Upload a file with at least a header row.")


def corrupt_file(kind: str, reason: str) -> ReadError:
    return ReadError(
        "corrupt_file",
        f"The file looks like {kind} but cannot be read: {reason}.",
        "Save or export it again and upload the new copy.",
    )


def unsupported_format(kind: str) -> ReadError:
    return ReadError(
        "unsupported_format",
        f"The file is {kind}, which holds no table that can be read here.",
        "Upload CSV, TSV, Excel (xlsx, xlsm, xlsb, xls, ods), JSON, JSON lines, Parquet or Arrow; gzip, zstd and zip are opened.",
    )


def too_large(what: str) -> ReadError:
    return ReadError(
        "too_large", f"The file is too large to read: {what}.", "Split it into smaller files, or send it as Parquet."
    )


def too_slow(seconds: float) -> ReadError:
    return ReadError(
        "too_slow",
        f"Reading the file took longer than {seconds:,.0f} seconds.",
        "Split it into smaller files, or send it as Parquet.",
    )


def out_of_memory() -> ReadError:
    return ReadError(
        "too_large",
        "The file needs more memory than one reading may take.",
        "Split it into smaller files, or send it as Parquet.",
    )


def no_table(
    reason: str, hint: str = "Check that the file has a header row and at least one column of data."
) -> ReadError:
    return ReadError("no_table", f"No table was found in the file: {reason}.", hint)
