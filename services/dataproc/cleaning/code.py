"""A recipe as pandas code that does the same, for whoever wants to go on without Askframe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.dataproc.cleaning.code_prelude import AS_TEXT, IMPUTE, READ_NUMBERS, SIMILAR
from services.dataproc.cleaning.planning import ALTERNATIVES, DAY_ORDERS
from services.dataproc.cleaning.row_steps import totals_pattern
from services.dataproc.cleaning.steps import (
    AnyStep,
    CaseStep,
    CastStep,
    ConvertUnitStep,
    DeduplicateStep,
    DropColumnsStep,
    DropTotalsRowsStep,
    FlagOutliersStep,
    MapValuesStep,
    MergeColumnsStep,
    MissingStep,
    RenameStep,
    SplitColumnStep,
    TrimStep,
    UnpivotStep,
)
from services.dataproc.reading.types.numbers import DECIMAL_COMMA
