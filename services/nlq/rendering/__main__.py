"""`python -m services.nlq.rendering FORM SOURCE OUT`: write a Parquet file in another form, or draw a chart, within bounds."""

import os
import resource
import sys
from pathlib import Path

from services.nlq.rendering import drawing, formats
from services.nlq.rendering.model import CANNOT_BE_DRAWN, DOES_NOT_FIT, PICTURES, CannotBeDrawn, DoesNotFit

CPU_SECONDS = 600
DRAWING_SECONDS = 20  # of processor time
DRAWING_BYTES = (
    1 << 30
)  # of memory that is written to: JavaScript's engine reserves 64 GB of addresses, which cost nothing
LARGEST_FILE = 2 << 30  # bytes
MEMORY_BYTES = 4 << 30  # of address space, most of which libraries only reserve


def main() -> int:
    """0 when the file is whole; `DOES_NOT_FIT`, when the format cannot hold the table; `CANNOT_BE_DRAWN`: the reason is on standard output."""
    form, source, out = sys.argv[1:]
    os.nice(10)  # downloads come after everything that somebody waits for
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    if form in PICTURES:
        resource.setrlimit(resource.RLIMIT_CPU, (DRAWING_SECONDS, DRAWING_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (DRAWING_BYTES, DRAWING_BYTES))
        try:
            drawing.write_chart(form, Path(source), Path(out))  # type: ignore[arg-type]
        except CannotBeDrawn as error:
            sys.stdout.write(str(error))
            return CANNOT_BE_DRAWN
        return 0
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        formats.write_stored(form, Path(source), Path(out))  # type: ignore[arg-type]
    except DoesNotFit as error:
        sys.stdout.write(str(error))
        return DOES_NOT_FIT
    return 0


if __name__ == "__main__":
    sys.exit(main())
