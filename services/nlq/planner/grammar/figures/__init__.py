"""Figures: aggregates of values, counts of rows, shares, ratios and differences."""

from services.nlq.planner.grammar.figures import nested, pairs, shares
from services.nlq.planner.grammar.figures.aggregates import aggregate
from services.nlq.planner.grammar.figures.nested import outer_of

__all__ = ["aggregate", "nested", "outer_of", "pairs", "shares"]
