"""Typed plans as readable pandas: `write` is the way in.

A step of a plan is a line or two of code. Where pandas and the plan differ on missing values, ties or division by zero, the code
says what the plan means, and only there: a column without gaps needs no word about them.
"""

from services.nlq.planner.codegen.program import write
from services.nlq.planner.codegen.scope import IllTyped

__all__ = ["IllTyped", "write"]
