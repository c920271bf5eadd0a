"""The use cases of dataproc."""

from services.dataproc.service.changes import Changes
from services.dataproc.service.cleaning import Changed, Cleaning
from services.dataproc.service.columns import ChangeColumns
from services.dataproc.service.describing import Described, DescribeTable
from services.dataproc.service.evaluating import EvaluatePlans
from services.dataproc.service.forgetting import Forget
from services.dataproc.service.ingest import ParseFile
from services.dataproc.service.replacing import Replaced, ReplaceFile
from services.dataproc.service.running import RunCode
from services.dataproc.service.settling import TakeReading
from services.dataproc.service.tables import Tables
from services.dataproc.service.versions import Versions

__all__ = [
    "ChangeColumns",
    "Changed",
    "Changes",
    "Cleaning",
    "DescribeTable",
    "Described",
    "EvaluatePlans",
    "Forget",
    "ParseFile",
    "ReplaceFile",
    "Replaced",
    "RunCode",
    "Tables",
    "TakeReading",
    "Versions",
]
