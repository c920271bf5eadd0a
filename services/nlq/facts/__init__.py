"""What is known of tables: read from what dataproc keeps beside their data, and told to a model as far as it may know."""

from services.nlq.facts.reading import table_facts
from services.nlq.facts.telling import model_context, share_of

__all__ = ["model_context", "share_of", "table_facts"]
