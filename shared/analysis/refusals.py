"""Why a model was not fitted."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What has to change before the step can say anything."""

    NO_SUCH_COLUMN = "no_such_column"
    WRONG_COLUMNS = "wrong_columns"  # too few, too many, or one of them twice
    WRONG_TYPE = "wrong_type"
    WRONG_SETTING = "wrong_setting"
    TOO_FEW_ROWS = "too_few_rows"
    CONSTANT = "constant"
    TOO_FEW_GROUPS = "too_few_groups"
    TOO_MANY_GROUPS = "too_many_groups"
    COLLINEAR = "collinear"
    REPEATED_PERIOD = "repeated_period"
    MISSING_PERIODS = "missing_periods"
    UNDEFINED = "undefined"


class AnalysisRefused(ValueError):
    """The rows cannot carry the model. The message is a sentence for a person and says what would help."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
