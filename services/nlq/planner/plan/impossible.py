"""Why an understood question has no plan."""

from __future__ import annotations


class Impossible(Exception):
    """The parts do not fit together over these tables."""
