"""A seccomp filter that allows a short list of system calls and fails the rest with EPERM.

An error rather than a kill: the snippet gets an exception, its author a sentence. Calls of another architecture (32-bit
entry points) do kill: no honest code makes them.
"""

from __future__ import annotations

import ctypes
import errno
import struct

from services.dataproc.jail.syscalls import PR_SET_SECCOMP, Architecture, prctl

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _THIRD_ARGUMENT_AT = 0, 4, 32  # offsets in struct seccomp_data
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32_BIT = 0x40000000
_PROT_EXEC = 4
_FILTER_MODE = 2

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def instructions(architecture: Architecture) -> list[Instruction]:
    """The filter as classic BPF."""
    allowed = dict(architecture.allowed)
    mapping = {allowed.pop("mmap"), allowed.pop("mprotect")}
    return [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, architecture.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        *(line for number in sorted(allowed.values()) for line in _if_number(number, _ALLOW)),
        # glibc falls back to clone, which is denied, only when clone3 does not exist.
        *_if_number(architecture.clone3, _ERRNO | errno.ENOSYS),
        *(line for number in sorted(mapping) for line in _unless_executable(number)),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]


def _if_number(number: int, action: int) -> list[Instruction]:
    return [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, action)]


def _unless_executable(number: int) -> list[Instruction]:
    """Memory may be mapped and protected, but never made executable: no code that was not there before."""
    return [
        (_JUMP_EQUAL, 0, 4, number),
        (_LOAD, 0, 0, _THIRD_ARGUMENT_AT),
        (_JUMP_ANY_BIT, 0, 1, _PROT_EXEC),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]


def install(architecture: Architecture) -> None:
    """Filter this thread and all it starts, for good; needs no-new-privileges. Raises OSError when the kernel refuses."""
    program = instructions(architecture)
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    prctl(PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(_Program(len(program), packed)))
