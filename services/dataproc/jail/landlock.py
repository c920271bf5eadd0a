"""Landlock without a rule: no file can be opened, made or run, no port bound or called, no outside process signalled."""

from __future__ import annotations

import ctypes

from services.dataproc.jail.syscalls import IS_LINUX, LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF, syscall

_VERSION_FLAG = 1
# Number of file-system rights that each ABI knows (linux/include/uapi/linux/landlock.h).
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_SINCE, _SCOPE_SINCE = 4, 6
_NET_TCP = 0b11
_SCOPE_ABSTRACT_SOCKET_AND_SIGNAL = 0b11


class _RulesetAttribute(ctypes.Structure):
    _fields_ = [
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


def abi() -> int:
    """The kernel's Landlock version; 0 where it has none or keeps it off."""
    if not IS_LINUX:
        return 0
    try:
        return syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    except OSError:
        return 0


def deny_everything(version: int) -> int:
    """Restrict this thread and all it starts; needs no-new-privileges. Returns the descriptor of the ruleset, to be closed.

    Raises OSError when the kernel refuses.
    """
    attribute = _RulesetAttribute(
        handled_access_fs=(1 << _FS_RIGHTS[min(version, max(_FS_RIGHTS))]) - 1,
        handled_access_net=_NET_TCP if version >= _NET_SINCE else 0,
        scoped=_SCOPE_ABSTRACT_SOCKET_AND_SIGNAL if version >= _SCOPE_SINCE else 0,
    )
    # Older kernels refuse a structure with set bytes beyond the size they know; zero bytes are fine.
    ruleset = syscall(
        LANDLOCK_CREATE_RULESET, ctypes.byref(attribute), ctypes.c_size_t(ctypes.sizeof(attribute)), ctypes.c_uint32(0)
    )
    syscall(LANDLOCK_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    return ruleset
