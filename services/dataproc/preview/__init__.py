"""Pages of a table: any depth, any order, filtered."""

from services.dataproc.preview.previewer import Page, Previewer, Request

__all__ = ["Page", "Previewer", "Request"]
