"""How much a chart may hold: what a person can read in it, and what a page and the process that draws it can bear."""

MOST_ROWS = 2_000
"""Five years of days. The rows travel in the answer, which is kept with the question: these are some 100 kB of it."""
MOST_MARKS = 10_000
"""Rows times layers and views. vl-convert draws as many points in about a second, of the twenty that it has."""
MOST_VIEWS = 12
MOST_PANELS = 24
"""Of one facet: smaller ones show no shape any more."""
MOST_NAMES = 60
"""On an axis, at the least height at which a label can be read."""
MOST_COLOURS = 10
"""Vega-Lite's own scheme has ten: the eleventh name would have the first one's colour."""
MOST_SHAPES = 8
MOST_SLICES = 8
"""Angles are compared badly: beyond a handful bars say it better."""
MOST_BINS = 100
DEEPEST = 4
"""Views within views."""
LONGEST_TEXT = 300
LARGEST_SPEC = 40_000
"""Characters of JSON, without any data."""
MOST_PIXELS = 2_000
LARGEST_NUMBER = 1e100
"""Scales subtract and multiply their ends: near 1.8e308 that is infinite, and drawing fails. Nothing that is counted comes close."""
LEAST_OPACITY = 0.1
"""Below, what is drawn is hidden: rows of the result would be there and not be seen."""
