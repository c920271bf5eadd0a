"""Small classes: what a class may be made of, and what its own methods may say."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from services.nlq.validation.model import Finding
from services.nlq.validation.rules.module_names import ModuleNames
from services.nlq.validation.vocabulary import words

# What an analyst's class defines; the methods by which an object changes how Python looks at it are missing.
METHODS = words(
    "__init__ __new__ __post_init__ __repr__ __str__ __format__ __bool__ __len__ __iter__ __next__ __reversed__ __contains__ __getitem__ "
    "__setitem__ __delitem__ __missing__ __call__ __enter__ __exit__ __hash__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __add__ "
    "__radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __imul__ __truediv__ __rtruediv__ __floordiv__ __mod__ __pow__ "
    "__neg__ __pos__ __abs__ __round__ __floor__ __ceil__ __int__ __float__ __index__ __and__ __or__ __xor__ __invert__ __matmul__ "
    "__slots__ __match_args__"
)
_OPTIONS = frozenset({"total"})  # of a TypedDict
_FOREIGN = ("pandas", "numpy", "scipy")


class OwnClasses:
    """The classes that a snippet defines."""

    def __init__(self, tree: ast.Module, names: ModuleNames) -> None:
        self._names = names
        self._private: dict[int, frozenset[str]] = {}
        self.attributes: frozenset[str] = frozenset()
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                made = frozenset(_attributes_of(node))
                self.attributes |= made
                if not any(self._is_foreign(base) for base in node.bases):
                    self._give(node, made)

    def allows_private(self, node: ast.Attribute) -> bool:
        """`self._total`, in a method of a class that makes it."""
        return isinstance(node.value, ast.Name) and node.attr in self._private.get(id(node), ())

    def _give(self, of_class: ast.ClassDef, made: frozenset[str]) -> None:
        own = frozenset(name for name in made if name.startswith("_") and not name.endswith("__"))
        for method in (node for node in of_class.body if isinstance(node, ast.FunctionDef)):
            self._private.update((id(part), own) for part in _of_itself(method))

    def _is_foreign(self, base: ast.expr) -> bool:
        """A class of pandas, or what may be one, has private attributes of its own."""
        origin = self._names.origin(base)
        return (origin or "").startswith(_FOREIGN) or not isinstance(base, (ast.Name, ast.Attribute, ast.Subscript))


def check_class(node: ast.ClassDef) -> Iterator[Finding]:
    for keyword in node.keywords:
        if keyword.arg not in _OPTIONS:
            yield Finding.at(
                node, "forbidden_syntax", f"A class cannot be made with '{keyword.arg}'.", "Write a plain class."
            )
    if node.name.startswith("__"):
        yield Finding.at(
            node, "forbidden_name", f"'{node.name}' cannot be defined.", "Choose a name without underscores."
        )


def _attributes_of(node: ast.ClassDef) -> Iterator[str]:
    """What its body and its methods give to it."""
    for part in node.body:
        match part:
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
        if isinstance(part, ast.FunctionDef):
            yield from (stored.attr for stored in _of_itself(part) if isinstance(stored.ctx, ast.Store))


def _of_itself(method: ast.FunctionDef) -> Iterator[ast.Attribute]:
    """`self.x` in a method, whatever its first parameter is called."""
    myself = _first_parameter(method)
    for part in ast.walk(method):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == myself:
            yield part


def _first_parameter(method: ast.FunctionDef) -> str | None:
    given = [*method.args.posonlyargs, *method.args.args]
    return given[0].arg if given else None
