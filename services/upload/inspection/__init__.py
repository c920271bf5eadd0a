"""What the bytes of an upload are, found while they pass: format, digest, and reasons to refuse them."""

from services.upload.inspection.inspector import Inspector
from services.upload.inspection.model import ContentLimits, ReadRange, Verdict

__all__ = ["ContentLimits", "Inspector", "ReadRange", "Verdict"]
