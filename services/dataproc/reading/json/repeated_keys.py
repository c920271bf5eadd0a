"""Keys that stand more than once in one JSON object: the last value is read, and that the others are not has to be said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

QUOTE, COLON, LAST_BLANK = b'": '


def repeated_keys(data: bytes, read: int, documents: Iterable[bytes]) -> Counter[str]:
    """The keys of a valid text that stand again in their object, with how often: `read` keys were found in it, parsed as one document or several."""
    if read == most_keys(data) or read == most_keys(without_escapes(data)):
        return Counter()
    return find_repeated(documents)


def most_keys(data: bytes) -> int:
    """No fewer than the keys in the text: what looks like the end of a key inside a string counts, too."""
    signs = np.frombuffer(data, np.uint8)
    before = signs[np.flatnonzero(signs == COLON) - 1]
    # Blanks between key and colon are rare; a copy without them costs as much as the rest of the count.
    if (before <= LAST_BLANK).any():
        return data.translate(None, b" \t\r\n").count(b'":')
    return int(np.count_nonzero(before == QUOTE))


def without_escapes(data: bytes) -> bytes:
    """Without the quotes in strings: of JSON in JSON every key would be taken for one. A run of backslashes is pairs from its beginning on."""
    return data.replace(b"\\\\", b"").replace(b'\\"', b"")


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


def find_repeated(documents: Iterable[bytes]) -> Counter[str]:
    repeated = Counter[str]()

    def note(pairs: list[tuple[str, Any]]) -> None:
        if len(dict(pairs)) < len(pairs):
            repeated.update(Counter(key for key, _ in pairs) - Counter(dict(pairs).keys()))

    for document in documents:
        json.loads(document, object_pairs_hook=note, parse_int=float)
    return repeated


def repeated_keys_warning(repeated: Counter[str]) -> str:
    """What is lost; '' when nothing is."""
    if not repeated:
        return ""
    said = "1 key stands" if repeated.total() == 1 else f"{repeated.total():,} keys stand"
    return f"{said} twice in one object, the first is {next(iter(repeated))[:40]!r}; of each the last value is read"
