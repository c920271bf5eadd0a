"""Plans to readable pandas."""

from services.nlq.planning.codegen.program import write

__all__ = ["write"]
