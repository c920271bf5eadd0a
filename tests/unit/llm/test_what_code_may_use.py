"""The prompt tells what the validator lets pass, from the same tables."""

from __future__ import annotations

import pytest

from services.llm.prompt import SYSTEM
from shared.snippets import refusals
from shared.snippets.modules import MODULES

ALLOWED = SYSTEM.partition("# What code may use\n")[2].partition("- not ")[0]


@pytest.mark.parametrize("module", sorted({name.partition(".")[0] for name in MODULES} - {"__future__", "askframe"}))
def test_every_package_that_may_be_imported_is_told(module: str) -> None:
    assert module in ALLOWED.replace(",", " ").split()


@pytest.mark.parametrize(
    "module", ["scipy.optimize", "scipy.signal", "sklearn.linear_model", "statsmodels.formula.api"]
)
def test_modules_of_a_package_are_told_in_its_line(module: str) -> None:
    package, _, inner = module.partition(".")
    line = next(line for line in ALLOWED.splitlines() if line.startswith(f"- {package} with "))
    assert inner in line.removeprefix(f"- {package} with ").split(", ")


def test_no_refused_module_is_told_as_allowed() -> None:
    words = set(ALLOWED.replace(",", " ").split())
    assert not words & (refusals.MODULES.keys() - {name.rpartition(".")[2] for name in MODULES})


def test_what_stands_in_the_place_of_what_is_refused_is_told() -> None:
    assert all(instead in SYSTEM for instead in {*refusals.NAMES.values(), *refusals.ATTRIBUTES.values()})
