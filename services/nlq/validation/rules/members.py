"""What may be taken from a module, and what is said of what may not; the uses of an attribute whose owner is not known."""

from __future__ import annotations

from services.nlq.validation.names import did_you_mean
from services.nlq.validation.rules import formulas
from services.nlq.validation.vocabulary import (
    CHART_ATTRIBUTES,
    EXPRESSION_CALLS,
    FILE_WRITERS,
    FORBIDDEN_ATTRIBUTES,
    TEXT_WRITERS,
)
from shared.snippets import refusals
from shared.snippets.modules import MODULES
from shared.snippets.offered import offered_by

GETATTR = "getattr"
# Names that are functions only where they are called on the spot, with arguments that can be looked at.
_LOOKED_AT = frozenset({"operator.attrgetter", "pandas.eval", GETATTR})
_TABLES = "Work with the tables that are given."

Refusal = tuple[str, str, str]  # code, message, hint


def offers(module: str, name: str) -> bool:
    offered = offered_by(module)
    return offered is not None and (name in offered.names or name in offered.modules)


def refused_import(module: str) -> Refusal | None:
    if module in MODULES:
        return None
    known = sorted({name.partition(".")[0] for name in MODULES} - {"__future__", "askframe"})
    hint = sentence(refusals.instead_of(module)) or did_you_mean(module, MODULES) or f"These can: {', '.join(known)}."
    return "forbidden_import", f"'{module}' cannot be imported.", hint


def is_looked_at(origin: str) -> bool:
    return origin in _LOOKED_AT or origin.startswith(f"{formulas.MODULE}.")


def instead_of_member(module: str, name: str) -> str:
    if name == "*":
        return "Name what you import."
    if name.startswith("read_"):
        return "The tables are loaded already: use df and tables['name']."
    if known := refusals.ATTRIBUTES.get(name):
        return sentence(known)
    offered = offered_by(module)
    names = [*offered.names, *offered.modules] if offered is not None else []
    return did_you_mean(name, names) or f"Use what {module} offers for computing."


def refused_use(name: str, *, is_called: bool) -> Refusal | None:
    """Of `.name` of anything."""
    hint = sentence(refusals.ATTRIBUTES.get(name, ""))
    if name in CHART_ATTRIBUTES:
        return "forbidden_attribute", f"'.{name}' cannot be used.", hint
    if name in FILE_WRITERS or (name in TEXT_WRITERS and not is_called):
        return (
            "forbidden_call",
            f"'.{name}' cannot be used: no files are written.",
            hint or sentence(refusals.ATTRIBUTES["save"]),
        )
    if name in FORBIDDEN_ATTRIBUTES or name.startswith("read_"):
        return "forbidden_attribute", f"'.{name}' cannot be used.", hint or _TABLES
    if (name in EXPRESSION_CALLS or name in formulas.TAKERS) and not is_called:
        return "forbidden_attribute", f"'.{name}' must be called where it is written.", "Write a lambda."
    return None


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." if text else ""
