"""Repeated texts as ranks of their words, which compare, sort and filter as the texts do in a fraction of the time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from services.dataproc.preview.chunks import map_chunks
from services.dataproc.tables.dictionary_index import numbers_of


@dataclass(frozen=True)
class DictionaryRanks:
    """A column by its `words`, which are distinct and in their order: `ranks` says which of them each cell is."""

    words: pa.Array
    ranks: pa.ChunkedArray

    @property
    def nbytes(self) -> int:
        return int(self.words.nbytes + self.ranks.nbytes)


def read_ranks(arrow: Path, column: str, words: pa.Array) -> DictionaryRanks:
    """Of a column whose words the cache has numbered (`tables/dictionary_index.py`)."""
    order = pc.sort_indices(words)
    ranks = np.empty(len(words), np.int16)
    ranks[np.asarray(order)] = np.arange(len(words))
    return DictionaryRanks(words.take(order), map_chunks(numbers_of(arrow, column), pa.array(ranks).take))
