"""The validator of SQL: reads one SELECT before DuckDB runs it in the jail, and says in sentences what would not work or is not allowed.

SQL is written here for one purpose: a model computes an answer a second time, by other means than the pandas code, so that the two can be
compared. It is held to a short list of what such a computation needs, and not to a list of what is dangerous: DuckDB has more than a
thousand functions and settings, and gains some with every release.

1. `parsing`: the text is measured by its tokens first, because sqlglot's parser tries several readings of some texts, and the time for
   that doubles with each level. What is left becomes one tree.
2. `rules` holds every node of the tree against `vocabulary`: kinds of nodes, functions, types, ways to join.
3. `resolving` finds what every table and column is, through subqueries, common table expressions and aliases, against the real schema.
4. `rendering` writes the tree anew, names quoted. What runs is this text and never the one that came: no comment, no second
   statement and no trick of spelling gets past a writer that knows only the nodes of the list.

It is a filter and a feedback channel, as the validator of pandas code is: the boundary is the jail, in which DuckDB is locked besides.
"""

from services.nlq.validation.sql.model import ValidatedSql
from services.nlq.validation.sql.validator import validate_sql

__all__ = ["ValidatedSql", "validate_sql"]
