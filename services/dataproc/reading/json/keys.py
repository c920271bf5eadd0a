"""Keys that stand more than once in one JSON object: the last value is read, and that the others are not has to be said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from typing import Any

BLANKS_BEFORE_COLON = (b" :", b"\t:", b"\n:", b"\r:")


def repeated_keys_warning(data: bytes, parsed: Any, *, lined: bool) -> str:
    """What is lost of a valid text (a document, or one in every line) that was parsed as `parsed`; '' when nothing is."""
    if most_keys(data) == count_keys(parsed):
        return ""
    repeated = repeated_keys([line for line in data.split(b"\n") if line.strip()] if lined else [data])
    if not repeated:
        return ""
    said = "1 key stands" if repeated.total() == 1 else f"{repeated.total():,} keys stand"
    return f"{said} twice in one object, the first is {next(iter(repeated))[:40]!r}; of each the last value is read"


def most_keys(data: bytes) -> int:
    """No fewer than the keys in the text: what looks like the end of a key inside a string counts, too."""
    return data.count(b'":') + sum(data.count(end) for end in BLANKS_BEFORE_COLON)


def count_keys(parsed: Any) -> int:
    """The keys of all objects in a parsed document, however deep."""
    count, waiting = 0, list[Collection[Any]]([[parsed]])
    while waiting:
        for value in waiting.pop():
            if isinstance(value, dict):
                count += len(value)
                waiting.append(value.values())
            elif isinstance(value, list):
                waiting.append(value)
    return count


def repeated_keys(documents: list[bytes]) -> Counter[str]:
    """The keys that stand again in their object, with how often."""
    repeated = Counter[str]()

    def note(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            repeated.update(Counter(key for key, _ in pairs) - Counter(dict(pairs).keys()))

    for document in documents:
        json.loads(document, object_pairs_hook=note, parse_int=float)
    return repeated
