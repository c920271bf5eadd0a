"""Where things lie in the object store, and the one adapter to it (docs/decisions/0004 says why this is shared)."""

from typing import TYPE_CHECKING, Any

from shared.objects import keys
from shared.objects.memory import MemoryObjectStore
from shared.objects.port import ObjectMissing, ObjectStore, StorageUnavailable, ranges

if TYPE_CHECKING:
    from shared.objects.store import S3ObjectStore

__all__ = ["MemoryObjectStore", "ObjectMissing", "ObjectStore", "S3ObjectStore", "StorageUnavailable", "keys", "ranges"]


def __getattr__(name: str) -> Any:
    """The adapter's library is loaded when somebody asks for the adapter: some 10 MB that not every service needs."""
    if name != "S3ObjectStore":
        raise AttributeError(name)
    from shared.objects.store import S3ObjectStore  # noqa: PLC0415

    return S3ObjectStore
