"""The names that code may take from modules are those that the installed packages have, and none of them leads on to a module."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: the packages take seconds to load, and some warn.
LEADING_ON = """
import importlib, types, warnings
from services.nlq.validation.vocabulary import FORBIDDEN_ATTRIBUTES
from shared.snippets.modules import MODULES
from shared.snippets.offered import offered_by
warnings.simplefilter("ignore")
modules = {name: importlib.import_module(name) for name in MODULES if name != "askframe"}
for name, module in modules.items():
    for word in offered_by(name).names:
        thing = getattr(module, word)
        assert not isinstance(thing, types.ModuleType), (name, word)
        for attribute in dir(thing):
            if not attribute.startswith("_") and attribute not in FORBIDDEN_ATTRIBUTES:
                try:
                    value = getattr(thing, attribute)
                except Exception:
                    continue
                if isinstance(value, types.ModuleType):
                    print(name, word, attribute)
"""


def test_names_are_those_of_the_installed_packages() -> None:
    checked = subprocess.run([sys.executable, "-m", "docs.generate_offered", "--check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_offered_thing_holds_a_module() -> None:
    found = subprocess.run([sys.executable, "-c", LEADING_ON], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (0, ""), found.stderr
