"""How functions become machine code: without Python's lock, for any processor of its kind, kept for the next process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import InTreeCacheLocator

HERE = Path(__file__).parent

config = cast(Any, numba.config)
config.CPU_NAME, config.CPU_FEATURES = (
    "generic",
    "",
)  # an image is built on another processor than it runs on, where code for the first would be made anew
config.CACHE_LOCATOR_CLASSES = f"{__name__}.Kept"

# Counting who holds an array, which nothing here keeps or makes, would take four fifths of the time.
OPTIONS = {"nogil": True, "_nrt": False}

njit = cast(Any, numba.njit)
Function = TypeVar("Function", bound=Callable[..., Any])


class Kept(InTreeCacheLocator):
    """Beside the source; where nothing can be written there, what an image brought along is taken from there.

    Anything that changes in the folder makes all of it stale: Numba looks only at the file of a function, not at those of the functions that it calls.
    """

    def ensure_cache_path(self) -> None:
        try:
            super().ensure_cache_path()  # type: ignore[no-untyped-call]
        except OSError:
            if not any(HERE.glob("__pycache__/*.nbi")):
                raise

    def get_source_stamp(self) -> str:
        return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")))).hexdigest()


def compiled(signature: str) -> Callable[[Function], Function]:
    """A function as machine code for arguments of these types, compiled (or taken from where it is kept) when its module is imported."""

    def compile_(function: Function) -> Function:
        try:
            return cast(Function, njit(signature, cache=True, **OPTIONS)(function))
        except RuntimeError:  # it can be kept nowhere
            return cast(Function, njit(signature, **OPTIONS)(function))

    return compile_


def inlined(function: Function) -> Function:
    """A part of compiled functions, which are called from these only."""
    return cast(Function, njit(function, **OPTIONS))
