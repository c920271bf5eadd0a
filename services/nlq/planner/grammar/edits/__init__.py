"""Follow-ups: what a turn changes in the question before it, and what that makes of it."""

from services.nlq.planner.grammar.edits import talking
from services.nlq.planner.grammar.edits.applying import edited
from services.nlq.planner.grammar.edits.changes import Edit

__all__ = ["Edit", "edited", "talking"]
