"""The use cases of the upload service."""

from services.upload.service.files import FileService
from services.upload.service.transfers import TransferService

__all__ = ["FileService", "TransferService"]
