"""Reading untrusted files in processes of their own: one fork per file from a warmed parent that holds no secrets."""

from services.dataproc.parsing.pool import ParserPool

__all__ = ["ParserPool"]
