"""The profile of a table: counts, ranges, quantiles, histograms, top values, keys and warnings.

Of a large table, what needs every cell is measured while the cells are on their way to the file (`RunningMeasures`); the rest is asked of the file.
"""

from services.dataproc.reading.profile.running import RunningMeasures
from services.dataproc.reading.profile.sql import literal, quoted
from services.dataproc.reading.profile.table import Profile, profile_table
from services.dataproc.reading.profile.values_shown import plain

__all__ = ["Profile", "RunningMeasures", "literal", "plain", "profile_table", "quoted"]
