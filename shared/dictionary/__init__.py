"""What people say of a table: labels, synonyms, definitions, units, and measures with a name.

A person writes a `DictionaryDocument`; `bind` makes it a `Dictionary` of typed pieces that fit the table's columns, or says what does not
fit and where. dataproc keeps dictionaries; nlq links words with them. `fit` carries one over to the columns that the table has by now.
"""

from shared.dictionary.binding import DoesNotFit, Fault, TableColumn, bind
from shared.dictionary.document import ColumnDocument, ConditionDocument, DictionaryDocument, MeasureDocument
from shared.dictionary.fitting import Fitted, fit
from shared.dictionary.model import ColumnEntry, Dictionary, NamedMeasure
from shared.dictionary.writing import document_of, measure_document

__all__ = [
    "ColumnDocument",
    "ColumnEntry",
    "ConditionDocument",
    "Dictionary",
    "DictionaryDocument",
    "DoesNotFit",
    "Fault",
    "Fitted",
    "MeasureDocument",
    "NamedMeasure",
    "TableColumn",
    "bind",
    "document_of",
    "fit",
    "measure_document",
]
