"""Levels that tests are held against ("at the 5 % level"), and bounds of p-values ("p < 0.001"). Pure."""

from __future__ import annotations

import re

from shared.prose.grounds import Grounds

SIGNIFICANCE = re.compile(
    r"(?<![\w.])(?:(?:0?\.(?:1|05|01|001)|10|5|1|0\.1)\s?(?:%|percent)?[ -](?:significance )?level|(?:90|95|99|99\.9)\s?(?:%|percent)[ -](?:confidence|level|ci\b)|(?:level|alpha|α|threshold)(?: of| =|=)? (?:0?\.(?:1|05|01|001)|(?:10|5|1) ?(?:%|percent)))",
    re.IGNORECASE,
)
P_BOUND = re.compile(
    r"\bp(?:[- ]?values?)?(?: is| are| was)?(?: (?P<not>not))?\s?(?P<sign><|>|≤|≥|below|under|less than|smaller than|above|greater than|over)\s?(?P<bound>0?\.\d+)",
    re.IGNORECASE,
)


def bound_holds(match: re.Match[str], grounds: Grounds) -> bool:
    """ "p < 0.001" where a p-value of the result is: which one is not seen."""
    bound = float(match["bound"])
    is_below = (match["sign"].casefold() in ("<", "≤", "below", "under", "less than", "smaller than")) != (
        match["not"] is not None
    )
    values = [one.value for one in grounds.figures if one.column is not None and one.column.is_p_value]
    known = any(abs(one.value - bound) < 1e-12 for one in (*grounds.of_texts, *grounds.of_asides))
    return any((value < bound) == is_below for value in values) or (known and not values)
