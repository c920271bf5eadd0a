"""The order in which a child gives up its powers, each step checked, none reversible.

Landlock comes before seccomp because the filter would deny its calls; the user is changed before the signals at the parent's
death are set because changing it clears them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.dataproc.jail import landlock, seccomp
from services.dataproc.jail.model import JailLimits
from services.dataproc.jail.syscalls import (
    IS_LINUX,
    PR_CAPBSET_DROP,
    PR_SET_DUMPABLE,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    architecture,
    prctl,
    syscall,
    unshare,
)

_SIGKILL = 9
_LAST_DESCRIPTOR = 1 << 20
_FEW_DESCRIPTORS = 8
_CLONE_NEWUTS, _CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x04000000, 0x08000000, 0x10000000, 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
# A range that systemd reserves for users that exist only while a process runs; one of them per run.
_FIRST_USER, _USERS = 61184, 4000


class LockdownFailed(Exception):
    """A mechanism that held when the jail started does not hold now; nothing may run."""


@dataclass(frozen=True)
class Footprint:
    """Memory of the warmed interpreter in bytes, which limits must come on top of."""

    virtual: int
    data: int

    @classmethod
    def measure(cls) -> Footprint:
        if not IS_LINUX:
            return cls(0, 0)
        pages = [int(field) * resource.getpagesize() for field in Path("/proc/self/statm").read_text().split()]
        return cls(virtual=pages[0], data=pages[5])


def leave_shared_namespaces() -> bool:
    """Take this process and its future children out of the host's network; before the first thread starts.

    Needs privilege over a namespace: root has it, anyone else gets it in a user namespace of their own, where allowed.
    """
    flags = _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS
    if not IS_LINUX:
        return False
    for attempt in (flags, flags | _CLONE_NEWUSER):
        try:
            unshare(attempt)
        except OSError:
            continue
        return True
    return False


def limit_resources(limits: JailLimits, footprint: Footprint, mapped_bytes: int) -> None:
    """The limits that may already hold while the tables are read."""
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_FSIZE, 0)
    _set_limit(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)
    if IS_LINUX:
        _set_limit(resource.RLIMIT_AS, footprint.virtual + limits.memory_bytes + mapped_bytes)
        _set_limit(resource.RLIMIT_DATA, footprint.data + limits.memory_bytes)


def _set_limit(kind: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(kind)
    wanted = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        wanted = min(wanted, ceiling)
    resource.setrlimit(kind, (min(soft, wanted), wanted))


def lock_down(keep: int, user: int, required: frozenset[str]) -> frozenset[str]:
    """Give up everything but the descriptor `keep`; resource limits are set already. Returns the mechanisms that hold.

    Raises LockdownFailed when one of `required` does not.
    """
    _expect_one_thread()
    os.environ.clear()
    _close_all_but(keep)
    held = {"rlimits", "environment", "descriptors"}
    steps: list[tuple[str, Callable[[], None]]] = [
        ("unprivileged_user", lambda: _become_nobody(user)),
        ("no_capabilities", _drop_capabilities),
        ("no_new_privileges", _seal_process),
        ("no_processes", _forbid_processes),
        ("landlock", _enter_landlock),
        ("seccomp", _enter_seccomp),
    ]
    for name, step in steps:
        try:
            step()
            held.add(name)
        except OSError as error:
            if name in required:
                raise LockdownFailed(f"{name}: {error.strerror}") from error
    return frozenset(held)


def _expect_one_thread() -> None:
    """Landlock and seccomp hold for the thread that asks for them: another one, of some library, would keep every power."""
    if IS_LINUX and (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208 - names are enough
        raise LockdownFailed(f"{threads} threads")


def unprivileged_user(run_id: int) -> int:
    """A user id that no other current run has, so that neither limits nor signals are shared."""
    return _FIRST_USER + run_id % _USERS


def _close_all_but(keep: int) -> None:
    sys.stdin = sys.__stdin__ = None  # type: ignore[misc]
    os.closerange(0, keep)
    os.closerange(keep + 1, _LAST_DESCRIPTOR)


def _become_nobody(user: int) -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def _drop_capabilities() -> None:
    """All sets, and the bounding set where that is allowed: a user namespace gives its creator every capability in it."""
    here = architecture()
    if here is None:
        raise OSError(errno.ENOSYS, "capabilities are not known here")
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    syscall(here.capset, ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def _seal_process() -> None:
    if not IS_LINUX:
        raise OSError(errno.ENOSYS, "prctl is Linux's")
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_PDEATHSIG, _SIGKILL)


def _forbid_processes() -> None:
    _set_limit(resource.RLIMIT_NOFILE, _FEW_DESCRIPTORS)
    _set_limit(resource.RLIMIT_NPROC, 0)


def _enter_landlock() -> None:
    version = landlock.abi()
    if not version:
        raise OSError(errno.ENOSYS, "no Landlock in this kernel")
    os.close(landlock.deny_everything(version))
    _expect_denied(lambda: os.close(os.open("/", os.O_RDONLY)), errno.EACCES)


def _enter_seccomp() -> None:
    here = architecture()
    if here is None:
        raise OSError(errno.ENOSYS, "no filter for this architecture")
    seccomp.install(here)
    _expect_denied(lambda: socket.socket(socket.AF_UNIX).close(), errno.EPERM)


def _expect_denied(attempt: Callable[[], None], expected: int) -> None:
    """Trust no return code: the thing itself must fail, in the way the mechanism makes it fail."""
    try:
        attempt()
    except OSError as error:
        if error.errno == expected:
            return
        raise
    raise OSError(errno.ENOTSUP, "the kernel accepted the restriction and does not apply it")
