"""Whether values could come from a normal distribution, in the many ways in which people ask for it."""

from __future__ import annotations

from services.nlq.planner.grammar.english import ENGLISH
from services.nlq.planner.grammar.meanings import Study
from services.nlq.planner.grammar.rules import the
from services.nlq.planner.grammar.studies import Fitted, of_one
from services.nlq.planner.linking.schema import Column

ENGLISH.phrases("NORMAL", {True: "normally distributed|distributed normally|normal|approximately normal|approximately normally distributed|gaussian|close to normal|sufficiently close to normal|close enough to normal|distributed according to a normal distribution|drawn from a normal distribution|consistent with a normal distribution|close to a normal distribution|close enough to a normal distribution|sufficiently close to a normal distribution"})  # fmt: skip
ENGLISH.phrases("FOLLOWS", {True: "follow|follows|have|has|exhibit characteristics of|align with|adhere to|adheres to|fit|exhibit the characteristics of|come from|comes from"})  # fmt: skip
ENGLISH.phrases("NORMALITY", {True: "normal distribution|gaussian distribution|a normal distribution|a gaussian distribution|the normal distribution"})  # fmt: skip
ENGLISH.phrases("SUPPOSED", {True: "is there evidence to suggest that|is there evidence that|is there any evidence that|can i assume that|can we assume that|to what extent can we assume that|is it reasonable to assume that|how likely is it that|how probable is it that|what is the likelihood that|what is the probability that|what are the implications if|what would be the implications if|check if|check whether|test if|test whether|determine if|determine whether"})  # fmt: skip
ENGLISH.phrases("PRACTICALLY", {True: "for practical purposes|for the purposes of statistical analysis|for the purpose of statistical analysis|for the purpose of conducting statistical procedures|for statistical purposes"})  # fmt: skip
ENGLISH.phrases("CLAIMED", {True: "is|are|does|do|not|is not|are not|does not|do not"})


@ENGLISH.rule(
    "WHETHER",
    "@be the? NCOL NORMAL",
    "@be there a? NORMALITY of|in NCOL",
    "@do the? NCOL FOLLOWS NORMALITY",
    "SUPPOSED the? NCOL CLAIMED? NORMAL",
    "SUPPOSED the? NCOL CLAIMED? FOLLOWS NORMALITY",
    "test of|for? normality of|for|in|on NCOL",
    "normality test of|for|on NCOL",
    "normality of NCOL",
    "test|check NCOL for normality",
    "to what extent can we|i rely on the? assumption of normality for NCOL",
    "to what extent can we|i rely on the? normality assumption for NCOL",
    "what @be the? implications of non? NORMALITY of|for NCOL",
    "would it be appropriate to use methods assuming normality for? analyzing? NCOL",
    "@be NCOL suitable|appropriate for methods that? assume|assuming normality",
    "would? NCOL be? appropriate|suitable for methods assuming normality",
    "@do NCOL follow a distribution that @be suitable for methods assuming normality",
)
def normality(*parts: object) -> Fitted:
    return of_one("normality", "column", the(Column, parts))


@ENGLISH.rule("WHETHER", "WHETHER PRACTICALLY")
def for_practical_purposes(study: Study, _: bool) -> Fitted:
    return study if study.step == "normality" else None
