"""Become another program that the kernel ends as soon as the process that started it is gone.

Run as a file, `exec_with_parent.py PARENT_PID PROGRAM [ARGUMENT…]`, by the launcher for everything it starts: so even a
SIGKILL of the launcher leaves nothing running. A separate program, because code between fork and exec is not safe in a
process with threads. Where there is no prctl (macOS) only the orderly ways of stopping work.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, argv: list[str]) -> int:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it went before the kernel was told
        return 1
    try:
        os.execv(argv[0], argv)  # noqa: S606  # nosec B606 - only the launcher gives arguments
    except OSError as error:
        print(f"cannot run {argv[0]}: {error.strerror}", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
