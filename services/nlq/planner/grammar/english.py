"""The grammar that the rule modules fill; `services.nlq.planner.grammar` imports them all."""

from services.nlq.planner.grammar.rules import Grammar

ENGLISH = Grammar()
