"""Column types with evidence: which type fits a column of strings, and the exact conversion.

The way in is `plan_columns`, which decides on counted cells, and `TypedBatches`, which converts every row and holds the plans against it;
`demote` gives the plans of columns that did not hold. One plan alone is made by `infer`, or under a person's choice by `chosen.plan_as`.
`numbers` and `moments` say how people write numbers and times; what is here is common to all types.
"""

from services.dataproc.reading.typing.beside_totals import plans_without_labels
from services.dataproc.reading.typing.infer import infer
from services.dataproc.reading.typing.typing_pass import Demotion, TypedBatches, demote, plan_columns

__all__ = ["Demotion", "TypedBatches", "demote", "infer", "plan_columns", "plans_without_labels"]
