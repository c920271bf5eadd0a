"""Where things lie in the object store, and the one adapter to it (docs/decisions/0004 says why this is shared)."""

from shared.objects import keys
from shared.objects.memory import MemoryObjectStore
from shared.objects.store import ObjectMissing, ObjectStore, S3ObjectStore, StorageUnavailable

__all__ = ["MemoryObjectStore", "ObjectMissing", "ObjectStore", "S3ObjectStore", "StorageUnavailable", "keys"]
