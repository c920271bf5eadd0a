"""What code may say, read off its syntax tree: no way to files, network, other programs, or the interpreter's inside."""

from services.nlq.validation.rules.visitor import Rules

__all__ = ["Rules"]
