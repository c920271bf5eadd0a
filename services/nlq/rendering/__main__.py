"""`python -m services.nlq.rendering FORMAT TABLE OUT`: write a Parquet file in another form, within bounds."""

import os
import resource
import sys
from pathlib import Path

from services.nlq.rendering import formats
from services.nlq.rendering.model import DOES_NOT_FIT, DoesNotFit

CPU_SECONDS = 600
LARGEST_FILE = 2 << 30  # bytes
MEMORY_BYTES = 4 << 30  # of address space, most of which libraries only reserve


def main() -> int:
    """0 when the file is whole; `DOES_NOT_FIT`, with the reason on standard output, when the format cannot hold the table."""
    form, table, out = sys.argv[1:]
    os.nice(10)  # downloads come after everything that somebody waits for
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    try:
        formats.write_stored(form, Path(table), Path(out))  # type: ignore[arg-type]
    except DoesNotFit as error:
        sys.stdout.write(str(error))
        return DOES_NOT_FIT
    return 0


if __name__ == "__main__":
    sys.exit(main())
