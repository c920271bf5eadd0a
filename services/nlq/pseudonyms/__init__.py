"""Names that look like data, and what a model that may see no data is told in their place."""

from services.nlq.pseudonyms.choosing import Pseudonyms, pseudonyms_for

__all__ = ["Pseudonyms", "pseudonyms_for"]
