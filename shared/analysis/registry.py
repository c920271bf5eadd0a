"""All model steps by name. A new one is an entry here, a function in `methods`, a section in docs/analysis.md, and a golden result."""

from __future__ import annotations

from shared.analysis.declarations import association, comparison, grouping, shape, time
from shared.analysis.model import ModelStep

MODEL_STEPS: dict[str, ModelStep] = {
    step.name: step
    for entries in (association.STEPS, comparison.STEPS, shape.STEPS, grouping.STEPS, time.STEPS)
    for step in entries
}
