"""The words of a question that are about the computation and not about the data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from services.nlq.planner.lexicon.tokens import stem, words


@dataclass(frozen=True)
class Sign:
    """What a phrase asks for. `hints` are stems of columns that an adjective speaks of ("tallest": height)."""

    kind: str
    value: str = ""
    hints: tuple[str, ...] = ()


_MEASURES = {
    "mean": "average|mean|avg|on average|mean value of|average value of|average number of|averages|averaged",
    "sum": "total|sum|in total|combined|combined total|altogether|overall total|the sum of all|total sum|total amount of|total number of|summed|cumulative|all together",
    "median": "median|median value of",
    "std": "standard deviation|std|stdev|std dev|standard deviations",
    "var": "variance|sample variance",
    "skew": "skewness|skew|asymmetry|degree of skewness|skewed",
    "kurt": "kurtosis",
    "range": "range of|range between|value range",
    "mode": "mode|most common|most frequent|most frequently|commonest|most often|most commonly|most frequently occurring|most popular|most prevalent",
    "iqr": "interquartile range|iqr",
    "q1": "first quartile|lower quartile|25th percentile|q1",
    "q3": "third quartile|upper quartile|75th percentile|q3",
    "cv": "coefficient of variation",
    "count": "how many|number of|count of|count|the number of|how often|total count|total count of|tally of|how many times|number of times|how many different|number of different|how many unique|how many distinct|number of unique|number of distinct|count the number of|amount of times|counts|how many total|what number of",
}
_COUNT_DISTINCT = "how many different|number of different|how many unique|how many distinct|number of unique|number of distinct|distinct count of|unique count of|count distinct|how many separate|different number of"
_LARGEST = {
    "": "highest|maximum|max|most|greatest|top|largest|biggest|peak|maximal|leading|maximum value of|highest number of|largest number of|most number of|greatest number of|maximum number of|highest amount of|largest amount of|greatest amount of|most amount of|max number of|upper|strongest|bulk of|widest range",
    "height tall elevation altitude": "tallest",
    "length duration distance time run long span": "longest",
    "age": "oldest|eldest",
    "weight mass": "heaviest",
    "speed velocity": "fastest|quickest",
    "price cost fare fee amount charge": "most expensive|priciest|costliest|dearest",
    "rating score star rank": "best|best rated|highest rated|top rated|best ranked",
    "popul": "most populous|most populated|most crowded",
    "width": "widest",
    "depth": "deepest",
    "densiti": "densest|most dense|most densely populated",
    "date year time day season": "latest|last|most recent|newest|most recently|final|youngest date",
    "salari incom earn wealth worth": "richest|wealthiest|best paid|highest paid",
    "temperatur": "hottest|warmest",
}
_SMALLEST = {
    "": "lowest|minimum|min|least|fewest|smallest|bottom|minimal|tiniest|lowest number of|least number of|fewest number of|smallest number of|least amount of|smallest amount of|minimum number of|lowest amount of|weakest|slimmest|minimum value of",
    "height elevation altitude length": "shortest",
    "age": "youngest",
    "weight mass": "lightest",
    "speed velocity": "slowest",
    "price cost fare fee amount charge": "cheapest|least expensive",
    "rating score star": "worst|worst rated|lowest rated",
    "popul": "least populous|least populated",
    "width": "narrowest",
    "densiti": "sparsest|least dense|least densely populated",
    "date year time day season": "earliest|first|oldest date",
    "temperatur": "coldest|coolest",
}
_COMPARE = {
    ">": "more than|greater than|larger than|higher than|over|above|exceeds|exceeding|exceed|bigger than|in excess of|after|later than|longer than|older than|older|taller than|heavier than|better than|beyond|upwards of|newer than|greater|larger|higher|>|is more than|surpassing|surpasses|no fewer",
    ">=": "at least|no less than|not less than|minimum of|greater than or equal to|more than or equal to|larger than or equal to|>=|not below|no fewer than|since|from at least|not smaller than|starting from|on or after|equal to or greater than|equal or greater than|bigger or equal to|equal or more than",
    "<": "less than|fewer than|smaller than|lower than|under|below|beneath|before|earlier than|shorter than|younger than|younger|prior to|less|smaller|lower|<|cheaper than|lighter than|worse than|fewer",
    "<=": "at most|no more than|not more than|maximum of|less than or equal to|fewer than or equal to|smaller than or equal to|lower than or equal to|<=|up to|not above|not over|not exceeding|on or before|until|no later than|no larger than|equal to or less than|equal or less than|not higher than",
    "==": "equal to|equals|exactly|=|==|is exactly|equal|equalling|precisely",
    "!=": "!=|not equal to|different from|other than|unequal to|is not equal to",
}

_AFTERWARDS = {
    ">=": "or more|or higher|or greater|or above|or larger|and above|and up|or over|and over|or older|or later|or better|and higher|plus|and more|at least|or longer|and later|onwards|and beyond|or after|or bigger|or newer|+|and older",
    "<=": "or less|or lower|or fewer|or below|or smaller|and below|and under|or under|or younger|or earlier|at most|or before|and earlier|or shorter|and lower|and less",
}
_GROUP = "per|for each|for every|in each|in every|by each|of each|grouped by|group by|broken down by|split by|each|every|across each|at each|on each|from each|with each|within each|for all the different|respective|across|for the different|for the various|across different|across all|to each|categorized by|segmented by|by"
_BUCKETS = {
    "day": "daily|per day|by day|each day|day by day|for each day|by date|per date",
    "week": "weekly|per week|by week|each week|week by week|for each week",
    "month": "monthly|per month|by month|each month|month by month|for each month|over the months|for every month",
    "quarter": "quarterly|per quarter|by quarter|each quarter|for each quarter",
    "year": "yearly|annually|per year|by year|each year|year by year|for each year|per annum|over the years|for every year|in each year|by each year",
}
_ORDER = {
    "": "sorted by|sort by|ordered by|order by|ranked by|sort|sorted|order|ordered|rank|arranged by|in order of|arrange|sort them by|sort the rows by|ordering by",
    "descending": "descending|in descending order|desc|from highest to lowest|from largest to smallest|from high to low|highest first|largest first|from the most to the least|from most to least|decreasing|in decreasing order|newest first|latest first|reverse order|from biggest to smallest|descending order|most recent first",
    "ascending": "ascending|in ascending order|asc|from lowest to highest|from smallest to largest|from low to high|lowest first|smallest first|increasing|in increasing order|alphabetically|alphabetical order|in alphabetical order|oldest first|earliest first|chronologically|in chronological order|from the least to the most|ascending order",
}
_OTHER = {
    "between": "between|ranging from|in the range|ranges from|range from|in between",
    "negate": "not|isnt|wasnt|arent|werent|doesnt|didnt|dont|never|except|excluding|except for|without|no longer|non|besides|apart from|aside from|other than|exclude|did not|does not|not counting|not including|hasnt|havent|cannot|but not|rather than",
    "null": "missing|null|empty|blank|unknown|is null|are null|no value|nan|na|missing values|missing value|null values|is missing|are missing|is blank|is empty|unspecified|not specified|not available|not known|has no value|have no value|not recorded|unrecorded",
    "not_null": "not null|not missing|not empty|not blank|is not null|is known|are known|non null|notnull|has a value|have a value|is not missing|are not missing|is not empty|non missing|recorded values",
    "distinct": "distinct|unique|different|all the different|various|separate|distinct values of|unique values of|different values of|distinct values in|unique values in|individual|possible values of|all unique|all distinct",
    "share": "percentage of|percent of|share of|proportion of|fraction of|what percentage|what percent|what share|what proportion|what fraction|percentage|proportion|fraction|percent",
    "difference": "difference between|difference in|how much more|how much less|how many more|how many fewer|how much higher|how much lower|how much larger|how much longer|how much greater|difference|gap between|by how much|difference of|how many less|how much older|how much bigger|how much taller",
    "ratio": "ratio between|ratio of the|ratio of|ratio",
    "correlation": "relationship between|association between|linear relationship|linear relationship between|strength of the correlation|strength of the relationship|relationship|association|strength of the association|linearly related|linear correlation|linear association|degree of correlation|correlation|correlated|correlation between|correlation coefficient|correlate|correlated with|correlation of|correlates|correlations",
    "control": "controlling for|control for|accounting for|adjusting for|adjusted for|accounting for the effect of|held constant|taking into account|after controlling for|after accounting for|after adjusting for|is held constant|are held constant|constant|controlled for|partial",
    "contains": "contains|containing|contain|include the word|includes|including|include|with the word|mentions|mentioning|has the word|have the word|like|containing the word|contains the word|that contain|containing the text",
    "starts": "starts with|start with|starting with|begins with|begin with|beginning with|started with|begining with",
    "ends": "ends with|end with|ending with|ends in|ending in|end in",
    "rows": "rows|records|entries|observations|row|record|entry|observation|lines|data points|datapoints|items|samples|instances|tuples",
    "above_average": "above average|above the average|higher than average|higher than the average|greater than the average|more than the average|greater than average|more than average|larger than the average|over the average|above the mean|greater than the mean|more than the mean|higher than the mean|above-average|exceeds the average",
    "below_average": "below average|below the average|lower than average|lower than the average|less than the average|less than average|smaller than the average|under the average|below the mean|less than the mean|lower than the mean|fewer than the average",
    "above_median": "above the median|above median|greater than the median|higher than the median",
    "below_median": "below the median|below median|less than the median|lower than the median",
    "next": "right after|immediately after|directly after|next after|following|comes after|came after|just after|listed after|comes directly after|is next after|came next after|came immediately after|comes immediately after|listed immediately after|listed directly after|listed below|directly below|listed right after|came right after|directly following|right below",
    "previous": "right before|immediately before|directly before|preceding|comes before|came before|just before|listed before|previous to|comes directly before|came immediately before|comes immediately before|listed immediately before|listed directly before|listed above|directly above|just above|preceded|came right before|right above|directly preceding",
    "and": "and|as well as|along with|plus|together with|both|&",
    "or": "or|either",
    "also": "also",
    "same": "same|the same|same as|the same as|as many as|as much as|as long as|equal to that of|identical",
    "only": "only|just",
    "who": "who|whom|whose",
    "when": "when",
    "where": "where",
    "which": "which|what|whats",
    "list": "name|tell me|identify|find|give|show|list|display|return|get|state|provide|print|output|present",
    "compare_two": "compare|comparison of|versus|vs|compared to|compared with",
    "yes_no": "is|are|was|were|did|does|do|has|have|can|could",
}
_HOW = {
    "length duration distance time run year term": "how long",
    "age birth": "how old",
    "height elevation altitude": "how tall|how high",
    "distance length": "how far",
    "area size population capacity": "how big|how large",
    "weight mass": "how heavy",
    "depth": "how deep",
    "width": "how wide",
    "speed time": "how fast",
}
_UNSUPPORTED = (
    "predict|forecast|classify|cluster|clustering|regression|machine learning|train a|neural|random forest|recommend|why|"
    "how can|should i|should we|advice|explain why|optimize|simulate|normalize|one hot|impute|interpolate|p value|"
    "hypothesis test|t test|normality|normal distribution|normally distributed|distributed|quartiles|quartile|homogeneity|variances|levene|shapiro|stratified|stratifying|variability|independence|significant difference|chi square|anova|outlier|outliers|z score|logistic|decision tree|feature engineering"
)


def _entries() -> dict[tuple[str, ...], tuple[Sign, ...]]:
    found: dict[tuple[str, ...], list[Sign]] = {}

    def add(phrases: str, sign: Sign) -> None:
        for phrase in phrases.split("|"):
            found.setdefault(_phrase(phrase), []).append(sign)

    for function, phrases in _MEASURES.items():
        add(phrases, Sign("measure", function))
    add(_COUNT_DISTINCT, Sign("count_distinct"))
    for direction, table in (("max", _LARGEST), ("min", _SMALLEST)):
        for hints, phrases in table.items():
            add(phrases, Sign("superlative", direction, tuple(stem(h) for h in hints.split())))
    for op, phrases in _COMPARE.items():
        add(phrases, Sign("compare", op))
    for op, phrases in _AFTERWARDS.items():
        add(phrases, Sign("afterwards", op))
    add(_GROUP, Sign("group"))
    for bucket, phrases in _BUCKETS.items():
        add(phrases, Sign("bucket", bucket))
    for direction, phrases in _ORDER.items():
        add(phrases, Sign("order", direction))
    for kind, phrases in _OTHER.items():
        add(phrases, Sign(kind))
    for hints, phrases in _HOW.items():
        add(phrases, Sign("how", "", tuple(stem(h) for h in hints.split())))
    add(_UNSUPPORTED, Sign("unsupported"))
    return {phrase: tuple(signs) for phrase, signs in found.items()}


def _phrase(text: str) -> tuple[str, ...]:
    return (text,) if text in ("<", ">", "=", "==", "!=", "<=", ">=", "&", "+") else words(text)


@lru_cache(maxsize=1)
def phrases() -> dict[tuple[str, ...], tuple[Sign, ...]]:
    """Every known phrase, as folded words, and the signs it may be."""
    return _entries()


@lru_cache(maxsize=1)
def longest_phrase() -> int:
    return max(map(len, phrases()))
