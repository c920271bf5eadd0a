"""The training part of WikiSQL as a question set: tables of an encyclopedia, one aggregate of one column under conditions."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.grading import EXPECTATION
from eval.questions import Item, QuestionSet, Turn, table_folders

# Parts that are held out one after another, by table: questions over one table are alike.
PARTS = 10


def read_wikisql(folder: Path, unpacked: Path) -> QuestionSet:
    (root,) = table_folders(folder, unpacked)
    tables = root / "tables" if (root / "tables").is_dir() else root  # as the archive has them
    lines = lzma.decompress((folder / "questions.jsonl.xz").read_bytes()).decode().splitlines()
    return QuestionSet(folder.name, tuple(_item(json.loads(line), tables) for line in lines))


def _item(body: Mapping[str, Any], tables: Path) -> Item:
    part = int(hashlib.sha256(body["table"].encode()).hexdigest(), 16) % PARTS
    expected = EXPECTATION.validate_python({"check": "set", "values": body["answer"]})
    return Item(body["id"], f"wikisql-{part}", (tables / body["table"],), (Turn(body["question"], expected),))
