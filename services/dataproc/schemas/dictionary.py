"""HTTP models of dictionaries."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from shared.dictionary import Dictionary, DictionaryDocument, document_of


class DictionaryView(DictionaryDocument):
    """A dictionary as it is answered, which can be changed and sent back."""

    warnings: tuple[str, ...] = Field(
        default=(), description="what is stored and not in force, and what no cell holds; not looked at when it is sent"
    )

    @classmethod
    def of(cls, dictionary: Dictionary, warnings: Sequence[str]) -> DictionaryView:
        return cls(**dict(document_of(dictionary)), warnings=tuple(warnings))
