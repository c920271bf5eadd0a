"""The HTTP side: files, their content, tus, and uploads straight to the store."""

from services.upload.api import content, direct, files, uploads
from services.upload.api.middleware import UploadProtocol

ROUTERS = (files.router, content.router, direct.router, uploads.router)

__all__ = ["ROUTERS", "UploadProtocol"]
