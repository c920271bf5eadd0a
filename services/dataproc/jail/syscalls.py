"""System calls by number, for the two architectures that the jail knows, and libc without a wrapper library.

Numbers: linux/arch/x86/entry/syscalls/syscall_64.tbl and linux/include/uapi/asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from dataclasses import dataclass

IS_LINUX = sys.platform == "linux"
LIBC = ctypes.CDLL(None, use_errno=True)

LANDLOCK_CREATE_RULESET = 444
LANDLOCK_RESTRICT_SELF = 446

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38

# What an interpreter that computes and writes its answer to an open socket still needs: memory, clocks, random bytes, exit.
# Absent on purpose: everything that opens, connects, starts, signals, traces, or changes a limit or a handler.
_ALLOWED_X86_64 = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
    "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17, "writev": 20, "sched_yield": 24, "mremap": 25, "madvise": 28,
    "nanosleep": 35, "getpid": 39, "sendto": 44, "exit": 60, "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "times": 100,
    "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202,
    "sched_getaffinity": 204, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230,
    "exit_group": 231, "getcpu": 309, "getrandom": 318, "membarrier": 324, "rseq": 334,
}  # fmt: skip
_ALLOWED_ARM64 = {
    "close": 57, "lseek": 62, "read": 63, "write": 64, "writev": 66, "pread64": 67, "ppoll": 73, "fstat": 80, "exit": 93,
    "exit_group": 94, "futex": 98, "nanosleep": 101, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115,
    "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigprocmask": 135,
    "rt_sigreturn": 139, "times": 153, "getrlimit": 163, "getrusage": 165, "getcpu": 168, "gettimeofday": 169, "getpid": 172,
    "getuid": 174, "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178, "sendto": 206, "brk": 214, "munmap": 215,
    "mremap": 216, "mmap": 222, "mprotect": 226, "madvise": 233, "getrandom": 278, "membarrier": 283, "rseq": 293,
}  # fmt: skip


@dataclass(frozen=True)
class Architecture:
    """`audit` is the AUDIT_ARCH_* that seccomp reports; `allowed` maps names to numbers."""

    audit: int
    allowed: dict[str, int]
    clone3: int
    capset: int


ARCHITECTURES = {
    "x86_64": Architecture(audit=0xC000003E, allowed=_ALLOWED_X86_64, clone3=435, capset=126),
    "aarch64": Architecture(audit=0xC00000B7, allowed=_ALLOWED_ARM64, clone3=435, capset=91),
}


def architecture() -> Architecture | None:
    """This machine's table; None where there is none, and so neither seccomp nor capabilities are handled."""
    return ARCHITECTURES.get(platform.machine()) if IS_LINUX else None


def syscall(number: int, *arguments: object) -> int:
    """The raw call; raises OSError with the errno the kernel set."""
    return _checked(LIBC.syscall(ctypes.c_long(number), *arguments))


def prctl(option: int, value: int, pointer: object = None) -> None:
    """Raises OSError when the kernel refuses."""
    _checked(
        LIBC.prctl(option, ctypes.c_ulong(value), pointer or ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    )


def unshare(flags: int) -> None:
    """Raises OSError when the kernel refuses."""
    _checked(LIBC.unshare(flags))


def _checked(returned: int) -> int:
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return returned
