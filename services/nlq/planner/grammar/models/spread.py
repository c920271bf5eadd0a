"""Whether values are as spread in one column or group as in another."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.rules import the_or_none
from services.nlq.planner.grammar.studies import Fitted, beside, differing
from services.nlq.planner.linking.schema import Column

ENGLISH.phrases("SPREAD_OF", {True: "variance|variances|variability|variation|variations|dispersion|spread|data spread|data dispersion|data variability|levels of variability|levels of data variability|levels of data spread|levels of dispersion|variance patterns|patterns of variance|level of variability|spreads|levels of variation"})  # fmt: skip
ENGLISH.phrases("ALIKE", {True: "similar|equal|the same|comparable|homogeneous|alike|statistically similar|uniform|different|significantly different|homogeneity|uniformity|consistency|equality"})  # fmt: skip


@ENGLISH.rule(
    "WHETHER",
    "@be the? SPREAD_OF @of TWO ALIKE",
    "@be the? SPREAD_OF ALIKE @of|between|for TWO",
    "@do the? SPREAD_OF @of TWO differ|align|correspond",
    "@do the? SPREAD_OF @of TWO exhibit|show|possess ALIKE",
    "@do the? SPREAD_OF @of NCOL and NCOL exhibit|show|possess the? same characteristics",
    "@do TWO @have|exhibit|show|possess ALIKE SPREAD_OF",
    "@do TWO @have|exhibit|show|possess ALIKE SPREAD_OF @of TAB",
    "@do TWO @have|exhibit|show|possess ALIKE SPREAD_OF @of CAL TAB",
    "@be the? SPREAD_OF @of TAB ALIKE between|for|in TWO",
    "@be the? SPREAD_OF @of CAL TAB ALIKE between|for|in TWO",
    "@do the? SPREAD_OF @of NCOL and NCOL align|correspond",
    "@be there ALIKE @of the? SPREAD_OF @of TWO",
    "@be there ALIKE @of the? SPREAD_OF between TWO",
    "@be there a? SIGNIFICANTLY? difference in the? SPREAD_OF @of|between TWO",
    "how ALIKE @be the? SPREAD_OF @of TWO",
    "to what extent @do TWO exhibit|show|have ALIKE SPREAD_OF",
)
def spread(*parts: object) -> Fitted:
    found = the_or_none(tuple, parts)
    one, other = found or tuple(p for p in parts if isinstance(p, Column))
    return beside("variance_test", one, other)


@ENGLISH.rule(
    "WHETHER",
    "@be the? SPREAD_OF @of NCOL ALIKE to|from|with those|that? @of? NCOL",
    "@do the? SPREAD_OF @of NCOL SIGNIFICANTLY? differ SIGNIFICANTLY? from the? SPREAD_OF? @of? NCOL",
)
def spread_beside(*parts: object) -> Fitted:
    one, other = (p for p in parts if isinstance(p, Column))
    return beside("variance_test", one, other)


@ENGLISH.rule("WHETHER", "@be the? SPREAD_OF @of NCOL ALIKE across|between|among|for NCOL")
def spread_between_groups(*parts: object) -> Fitted:
    value, group = (p for p in parts if isinstance(p, Column))
    return differing(value, group, "variance_test")
