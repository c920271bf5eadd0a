"""The HTTP side: files, their content, tus, and uploads straight to the store."""

from services.upload.api import content, direct, files, uploads
from services.upload.api.files import FORM_OVERHEAD
from services.upload.api.middleware import UploadProtocol
from services.upload.tus import ROOT

ROUTERS = (files.router, content.router, direct.router, uploads.router)
# The routes whose bodies are files: read piece by piece, never held.
STREAMED = ("/v1/files", ROOT, f"{ROOT}/{{upload_id}}")

__all__ = ["FORM_OVERHEAD", "ROUTERS", "STREAMED", "UploadProtocol"]
