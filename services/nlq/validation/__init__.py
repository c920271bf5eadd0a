"""The validator: reads a snippet before it runs, and says in sentences what would not work or is not allowed.

It is a filter and a feedback channel, and not the boundary. Whoever wrote the code, a model or a person, gets told at once that
a column is called `Revenue` and not `Revenu`, that files cannot be read, that a chart is made from the result. Code that means
harm is a different matter: Python has more roads to `os` than any list of names can close (an abstract syntax tree check that
stopped 359 known attacks let 8 of 10 new ones through), so nothing here is trusted by the jail in `services.dataproc.jail`,
which holds against code that was never validated.

From this follows how it decides: what ordinary analysis does is accepted, also in unusual forms; what it cannot follow is accepted
where the jail makes it harmless; and a column is reported as unknown only where the code's own data flow proves that the frame
cannot have it.

`columns_used` comes from the same walk over the data flow: the columns that the code can touch, so that no others are loaded. Where
a frame leaves the part of pandas that `methods` knows, all its columns count as touched.
"""

from services.nlq.validation.model import Finding, Validated
from services.nlq.validation.tables_touched import tables_touched
from services.nlq.validation.validator import validate

__all__ = ["Finding", "Validated", "tables_touched", "validate"]
