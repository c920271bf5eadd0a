"""Groups of rows that are alike."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Number, Rows, Study
from services.nlq.planner.grammar.rules import the, the_or_none
from services.nlq.planner.grammar.studies import Fitted, is_quantity, settled


@ENGLISH.rule(
    "STUDY",
    "clusters|clustering|segments of? ROWS? by|on|using|based SOME",
    "cluster|segment ROWS by|on|using SOME",
    "k means clustering? by|on|using|of SOME",
)
def clusters(*parts: object) -> Fitted:
    columns = the(tuple, parts)
    rows = the_or_none(Rows, parts)
    if rows is not None and (rows.where or rows.table is not columns[0].home):
        return None
    return Study("clusters", (("columns", columns),)) if all(map(is_quantity, columns)) else None


@ENGLISH.rule("STUDY", "NUM STUDY", "STUDY into|with|in NUM groups|clusters|segments")
def number_of_clusters(*parts: object) -> Fitted:
    study, number = the(Study, parts), the(Number, parts)
    return settled(study, "k", number.value) if study.step == "clusters" else None
