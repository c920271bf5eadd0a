"""A plan for large JSON whose objects differ: learned from all of them, so that no key is left out and every column takes what stands in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from services.dataproc.reading.compiled import json_objects as objects
from services.dataproc.reading.errors import no_table, too_large
from services.dataproc.reading.json.blocks import BLOCK, Block, LargeObject, blocks_of
from services.dataproc.reading.json.cells import Misfit, Signs, Spans, Surprise, cells, doubles, whole
from services.dataproc.reading.json.columns import InParallel, Plan, columns_table, plan_of, sampled_plan
from services.dataproc.reading.json.framing import Framing, Inside, any_framing
from services.dataproc.reading.json.numbers import strictly
from services.dataproc.reading.json.shape import Kind, Shape
from services.dataproc.reading.json.strict import check_strict, invalid_json_at
from services.dataproc.reading.json.template import PLAIN
from services.dataproc.reading.model import Limits
from services.dataproc.reading.sources import Irregular, RawTable

LOOKS = {
    objects.TEXT: "text",
    objects.ESCAPED: "text",
    objects.TRUE: "bool",
    objects.FALSE: "bool",
    objects.NESTED: "list",
}
LONG = "long number"
NEW_FIELDS = (objects.NEW_KEY, objects.NEW_OBJECT, objects.NEW_VALUE, objects.NO_OBJECT)
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def large_table(
    path: Path, kind: str, name: str, limits: Limits, careful: str, inside: Inside | None = None
) -> RawTable:
    """In one pass where the objects are alike, in two where all of them have to be looked at for their fields; `careful` is a reason to do that."""
    if not careful:
        try:
            return columns_table(path, kind, name, sampled_plan(path, kind, limits, inside), limits, "")
        except Irregular as reason:
            careful = str(reason)
    return columns_table(path, kind, name, surveyed_plan(path, kind, limits, inside), limits, careful)


def surveyed_plan(path: Path, kind: str, limits: Limits, inside: Inside | None) -> Plan:
    """A plan for all objects of a file. Raises ReadError for what is not strictly JSON, holds no fields or too many."""
    survey = Survey(any_framing(path, kind, inside), limits)
    try:
        while survey.unsettled:
            survey.look_through(path)
    except Irregular as reason:
        check_strict(path, kind)
        if isinstance(reason, LargeObject):
            raise too_large(str(reason)) from reason
        raise invalid_json_at(f"at line {line_of(path, survey.offset):,} or behind it", str(reason)) from reason
    if not survey.whole.members:
        raise no_table("its objects have no fields")
    return survey.plan


class Survey:
    """What the objects read so far hold. Blocks are tried on several processors; what does not suit the plan is learned one block after the other."""

    def __init__(self, framing: Framing, limits: Limits) -> None:
        self._limits = limits
        self.whole = Shape()
        self.plan = plan_of(self.whole, framing, limits)
        self.unsettled = True
        self.offset = 0  # of the block that is learned from

    def look_through(self, path: Path) -> None:
        """Learn from every block. The plan is unsettled when earlier blocks may no longer suit it."""
        self.unsettled = False
        for block in InParallel(self._misfit, blocks_of(path, self.plan.framing, BLOCK), self._limits.threads):
            if block is not None:
                self._learn(block)

    def _misfit(self, block: Block) -> Block | None:
        """The block when it does not suit the plan."""
        try:
            self.plan.batches(block)
        except Irregular:
            return block
        return None

    def _learn(self, block: Block) -> None:
        """Raises Irregular for what is no JSON."""
        parsed, self.offset = False, block.offset
        whole = [leaf.shape for leaf in self.plan.template.leaves if leaf.shape.kind == Kind.WHOLE]
        while True:
            try:
                for spans in self.plan.spans(block):
                    for row, leaf in zip(spans, self.plan.template.leaves, strict=True):
                        learn_kind(block.text, row, leaf.shape)
                self.unsettled = self.unsettled or any(
                    shape.kind == Kind.DOUBLE for shape in whole
                )  # whole numbers of many digits are no doubles
                return
            except Surprise as found:
                if not self._learn_spelling(block, found):
                    if parsed or found.status not in NEW_FIELDS:
                        raise
                    self._parse(block)
                    parsed = True
                self.plan = plan_of(self.whole, self.plan.framing, self._limits)

    def _learn_spelling(self, block: Block, found: Surprise) -> bool:
        """A known key that is not written as usual. Raises Irregular for what is no key."""
        if found.status != objects.NEW_KEY:
            return False
        written = STRING.match(block.text.data, found.place)
        if written is None:
            raise found
        try:
            known = self.plan.template.owners[found.concerned].members.get(orjson.loads(written[0]))
        except orjson.JSONDecodeError as error:
            raise Irregular("a key is no valid text") from error
        if known is None:
            return False
        known.spellings.add(written[0])
        return True

    def _parse(self, block: Block) -> None:
        """The fields of all objects in a block, and the kinds of their values. Raises Irregular for what is no JSON."""
        elements = parsed_elements(block, listed=self.plan.framing.listed)
        self.whole.see_all(item for item in elements if isinstance(item, dict))
        for item in elements:
            if isinstance(item, dict):
                continue
            if not self.plan.framing.listed:
                raise Irregular("a line is no object")
            plain = self.whole.members.setdefault(PLAIN, Shape())
            plain.see(item if plain.plain else [])


def line_of(path: Path, offset: int) -> int:
    with path.open("rb") as file:
        return 1 + sum(file.read(min(BLOCK, offset - start)).count(b"\n") for start in range(0, offset, BLOCK))


def parsed_elements(block: Block, *, listed: bool) -> list[Any]:
    data = block.text[: block.end].tobytes().strip()
    parts = data.removesuffix(b",") if listed else b",".join(line for line in data.split(b"\n") if line.strip())
    try:
        found: list[Any] = strictly(b"[" + parts + b"]")
    except orjson.JSONDecodeError as error:
        raise Irregular(error.msg) from error
    return found


def learn_kind(text: Signs, spans: Spans, shape: Shape) -> None:
    """Add to a column's kinds until its values can be read."""
    while True:
        try:
            cells(text, spans, shape.kind)
            return
        except Misfit:
            kind = shape.kind
            shape.kinds |= observed(text, spans)
            if shape.kind == kind:
                shape.kinds.add(LONG)


def observed(text: Signs, spans: Spans) -> set[str]:
    """The kinds of values in a column."""
    looks = spans & objects.LOOKS
    found = {LOOKS[look] for look in np.unique(looks).tolist() if look in LOOKS}
    numbers = spans[looks == objects.NUMBER]
    return found | {number_kind(text, numbers)} if len(numbers) else found


def number_kind(text: Signs, spans: Spans) -> str:
    for kind, read in (("int", whole), ("float", doubles)):
        try:
            read(text, spans)
        except Misfit:
            continue
        return kind
    return LONG
