"""The offline planner: a question and table facts become a typed plan and readable pandas, a question back, or a refusal."""

from services.nlq.planner.facts import Clarify, ColumnFacts, Decline, Option, Planned, TableFacts, Turn
from services.nlq.planning.planner import plan

__all__ = ["Clarify", "ColumnFacts", "Decline", "Option", "Planned", "TableFacts", "Turn", "plan"]
