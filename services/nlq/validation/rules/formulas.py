"""Formulas of statsmodels, `sales ~ price + C(region)`: their parts are run as Python, so that one may hold no more than this dialect."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Collection

from shared.snippets.offered import offered_by

TAKERS = frozenset({"from_formula", "dmatrices", "dmatrix"})
MODULE = "statsmodels.formula.api"
_WORDS = frozenset({"C", "I", "Q", "Sum", "Treatment", "Poly", "Diff", "Helmert", "center", "scale", "standardize", "poly", "bs", "cr", "cc", "lag"})  # fmt: skip
_NUMPY_NAMES = frozenset({"np", "numpy"})


def forbidden_in_formula(text: str, own_names: Collection[str]) -> str | None:
    """The first thing that a formula may not hold; `own_names` are functions of the snippet."""
    try:
        tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.string.strip()]
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return text
    words = [token.string for token in tokens]
    numpy = offered_by("numpy")
    for at, token in enumerate(tokens):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        name = token.string
        if token.type != tokenize.NAME:
            if name == "." and not (before in _NUMPY_NAMES and numpy is not None and after in numpy.names):
                return f"{before}.{after}"
        elif (
            name.startswith("__")
            or (keyword.iskeyword(name) and name not in ("in", "not", "and", "or", "True", "False", "None"))
            or (after == "(" and not (name in _WORDS or name in own_names or before == "."))
        ):
            return name
    return None
