"""Code as analysts and models write it, by style; each snippet with its task and what must hold of its result.

They were written from their tasks alone, before anybody looked at what the validator allows: a snippet that is refused shows a false
refusal, and is not to be rewritten into one that passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SNIPPET = re.compile(r"^## (.+?)\n+```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CHECK = "\n# check\n"


@dataclass(frozen=True)
class Snippet:
    """`check` are assertions about `result`."""

    style: str
    task: str
    code: str
    check: str

    def __str__(self) -> str:
        return f"{self.style}: {self.task}"


def snippets() -> list[Snippet]:
    found = []
    for path in sorted((Path(__file__).parent / "snippets").glob("*.md")):
        for task, body in _SNIPPET.findall(path.read_text(encoding="utf-8")):
            code, _, check = body.partition(_CHECK)
            found.append(Snippet(path.stem, task, code, check))
    return found
