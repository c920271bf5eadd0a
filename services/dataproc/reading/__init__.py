"""Any uploaded file becomes typed, trusted tables: files in, files out, no network.

`read_file` decides format, encoding, dialect, layout and types from the content and says why; `read_raw` gives the cells
back as they stood in the file.
"""

import pandas as pd  # noqa: F401 - pyarrow loads it with its first array: 0.3 s that a warmed process must not pay per job

from services.dataproc.reading.model import Column, Limits, ReadResult, TableDraft
from services.dataproc.reading.preloading import preload
from services.dataproc.reading.raw import read_raw
from services.dataproc.reading.reader import read_file
from shared.formats.refusals import FileRefused

__all__ = [
    "Column",
    "FileRefused",
    "Limits",
    "ReadResult",
    "TableDraft",
    "preload",
    "read_file",
    "read_raw",
]
