"""What code may use, in sentences for the model that writes it: made from the tables that the validator refuses by."""

from __future__ import annotations

from itertools import groupby

from shared.snippets import refusals
from shared.snippets.modules import MODULES, STANDARD_LIBRARY
from shared.snippets.offered import offered_by

# Modules that a model tries first; of each the table says what to do without it.
_TRIED = ("os", "requests", "pickle", "matplotlib", "threading", "polars", "logging", "pytz", "tabulate")
_UNTOLD = frozenset({"__future__", "askframe"})


def allowed() -> str:
    """One line each for the standard library and the packages with their modules."""
    standard = sorted({name.partition(".")[0] for name in STANDARD_LIBRARY} - _UNTOLD)
    packages = sorted(
        name for name in MODULES if name not in STANDARD_LIBRARY and name not in _UNTOLD and _has_names(name)
    )
    lines = [f"- of the standard library: {', '.join(standard)}"]
    for package, names in groupby(packages, key=lambda name: name.partition(".")[0]):
        inner = [name.partition(".")[2] for name in names if name != package]
        lines.append(f"- {package}" + (f" with {', '.join(inner)}" if inner else ""))
    return "\n".join(lines)


def refused() -> str:
    """One line for each substitute."""
    names = sorted(refusals.NAMES.items(), key=lambda item: item[1])
    modules = [(name, refusals.MODULES[name]) for name in _TRIED]
    attributes = sorted((f".{name}", instead) for name, instead in refusals.ATTRIBUTES.items())
    groups: dict[str, list[str]] = {}
    for name, instead in [*names, *modules, *attributes]:
        groups.setdefault(instead, []).append(name)
    return "\n".join(f"- not {', '.join(group)}: {instead}" for instead, group in groups.items())


def _has_names(module: str) -> bool:
    """Not a package that only leads on to others."""
    offered = offered_by(module)
    return offered is not None and bool(offered.names)
