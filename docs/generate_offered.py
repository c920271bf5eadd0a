"""Write, or check, the names that code may take from modules: `python -m docs.generate_offered [--check]`.

`shared/snippets/modules.py` says what is offered; this looks into the installed packages for what that is, so that the services need not
load them to know. Only the names stand there, and where a name is a module that is offered too, which one.
"""

from __future__ import annotations

import importlib
import sys
import types
import warnings
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from shared.snippets.modules import MODULES, Module

TARGET = Path(__file__).parents[1] / "shared/snippets/offered.txt"
# A name that a library took from one of these is no part of what it offers, and some are ways out.
INNARDS = frozenset(
    "builtins os posix io _io sys subprocess importlib importlib._bootstrap ctypes pickle _pickle inspect gc threading pathlib tempfile "
    "shutil socket types _frozen_importlib codecs _codecs marshal".split()
)
OUR_OWN = frozenset({"askframe"})


def offered() -> str:
    """The file's text: a line for each module with its names; `name=module` where the name is that module."""
    lines = [f"{name}: {' '.join(sorted(entries(name, offer)))}".rstrip() for name, offer in sorted(MODULES.items())]
    return "\n".join(lines) + "\n"


def entries(name: str, offer: Module) -> set[str]:
    if name in OUR_OWN:
        return set(offer.only or ())
    module = importlib.import_module(name)
    if missing := [word for word in offer.only or () if not hasattr(module, word)]:
        raise SystemExit(f"{name} has no {', '.join(missing)}")
    wanted = offer.only if offer.only is not None else public_names(module)
    kept = {word for word in wanted if not any(fnmatchcase(word, pattern) for pattern in offer.without)}
    return {word for word in kept if is_offered(module, word, offer)} | set(submodules(module))


def public_names(module: types.ModuleType) -> set[str]:
    """Those that the module lists, and those of its package that it has without a word: neither is whole everywhere."""
    own = [name for name in dir(module) if is_own(module, getattr(module, name, None))]
    return {name for name in (*getattr(module, "__all__", ()), *own) if not name.startswith("_")}


def is_own(module: types.ModuleType, value: object) -> bool:
    home = str(getattr(value, "__module__", None) or module.__name__)
    return home.partition(".")[0].lstrip("_") == module.__name__.partition(".")[0]


def is_offered(module: types.ModuleType, name: str, offer: Module) -> bool:
    value = getattr(module, name, module)  # what a module lists and does not have is left out as a module would be
    if isinstance(value, types.ModuleType):
        return False
    return offer.only is not None or getattr(value, "__module__", None) not in INNARDS


def submodules(module: types.ModuleType) -> Iterator[str]:
    """The modules of the same package that it has under their own names, or that it was made to gather, as `statsmodels.api`."""
    gathers = module.__name__.endswith(".api")
    for name in dir(module):
        value = getattr(module, name, None)
        if isinstance(value, types.ModuleType) and value.__name__ in MODULES and not name.startswith("_"):
            below = value.__name__ == f"{module.__name__}.{name}"
            if below or (gathers and value.__name__.partition(".")[0] == module.__name__.partition(".")[0]):
                yield f"{name}={value.__name__}"


def main(arguments: list[str]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in MODULES.keys() - OUR_OWN:
            importlib.import_module(name)
        text = offered()
    if "--check" not in arguments:
        TARGET.write_text(text, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
        print(f"{TARGET.name} is not what the installed packages have: run python -m docs.generate_offered")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
