"""What must hold of any engine, whatever is right: sums add up, and what means nothing changes nothing."""

from eval.properties import additivity, invariance  # what registers properties
from eval.properties.checking import PROPERTIES, Check, Ground, run

__all__ = ["PROPERTIES", "Check", "Ground", "additivity", "invariance", "run"]
