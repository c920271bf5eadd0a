"""File formats, once for upload, which takes files, and dataproc, which reads them: what there is, how it is told, why it is refused.

It depends on no service and on no library that a service would not load anyway.
"""

from shared.formats.refusals import FileRefused, Refusal
from shared.formats.registry import FORMATS, Family, Format, readable

__all__ = ["FORMATS", "Family", "FileRefused", "Format", "Refusal", "readable"]
