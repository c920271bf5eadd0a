"""HTTP models of dataproc."""

from services.dataproc.schemas.tables import ColumnView, PreviewView, TableList, TableView

__all__ = ["ColumnView", "PreviewView", "TableList", "TableView"]
