"""Reading untrusted files in processes of their own: one fork per file from a warmed parent that holds no secrets."""

from services.dataproc.parsing.cleaning_job import RESULT, CleaningSpec
from services.dataproc.parsing.pool import ParserPool

__all__ = ["RESULT", "CleaningSpec", "ParserPool"]
