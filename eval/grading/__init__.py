"""Is an answer the expected one? What is expected, when two cells are the same, and the rule of each kind of expectation."""

from eval.grading.expectations import EXPECTATION, Clarifies, Either, Expectation, Refuses, Unscored
from eval.grading.result import Result
from eval.grading.rules import is_right

__all__ = ["EXPECTATION", "Clarifies", "Either", "Expectation", "Refuses", "Result", "Unscored", "is_right"]
