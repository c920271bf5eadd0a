"""Cells that an unquoted delimiter divides, found by a header that has fewer names than the rows have cells, and joined again."""

from services.dataproc.reading.text.rejoining.finding import find_rejoining
from services.dataproc.reading.text.rejoining.model import Rejoining, Undecided

__all__ = ["Rejoining", "Undecided", "find_rejoining"]
