"""What people do to tables: a recipe of named steps, tried on real rows, applied to a copy, written as pandas code.

Pure: Parquet in, Parquet out, in a folder that the caller gives. Runs in the parsing processes, because cells are untrusted and many.
"""

from services.dataproc.cleaning.code import pandas_code
from services.dataproc.cleaning.engine import clean
from services.dataproc.cleaning.errors import StepRefused
from services.dataproc.cleaning.model import Cleaned, Misfits, SkippedStep, StepReport, Workspace
from services.dataproc.cleaning.steps import AnyStep, CastStep, RenameStep, recipe_from_json, recipe_to_json
from services.dataproc.cleaning.suggestions import Suggestion, suggest
from services.dataproc.cleaning.trial import ChangedRow, Trial, try_steps

__all__ = ["AnyStep", "CastStep", "ChangedRow", "Cleaned", "Misfits", "RenameStep", "SkippedStep", "StepRefused", "StepReport", "Suggestion", "Trial", "Workspace",
           "clean", "pandas_code", "recipe_from_json", "recipe_to_json", "suggest", "try_steps"]  # fmt: skip
