"""The use cases of dataproc."""

from services.dataproc.service.forgetting import Forget
from services.dataproc.service.ingest import ParseFile
from services.dataproc.service.running import RunCode
from services.dataproc.service.tables import Tables

__all__ = ["Forget", "ParseFile", "RunCode", "Tables"]
