"""The forms that a result comes in, and its chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Format = Literal["json", "csv", "parquet", "xlsx"]
MEDIA_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Picture = Literal["svg", "png"]
PICTURES: Mapping[Picture, str] = {"svg": "image/svg+xml", "png": "image/png"}

DOES_NOT_FIT = 3  # the exit code of a process that could not make the file for that reason
CANNOT_BE_DRAWN = 4  # and of one whose drawing failed


class CannotBeDrawn(Exception):
    """Vega or Vega-Lite refuses the specification; the message says why."""


class DoesNotFit(Exception):
    """The format cannot hold the table whole; the message says why."""
