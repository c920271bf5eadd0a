"""Settings of the upload service, from `ASKFRAME_UPLOAD_*` and the shared `ASKFRAME_*` variables."""

from __future__ import annotations

from pydantic import Field

from shared.settings import CommonSettings

MIB = 1 << 20


class Settings(CommonSettings):
    """Limits are generous for people and finite for everybody."""

    upload_max_file_bytes: int = Field(default=500 * MIB, gt=0, description="bytes of one file")
    upload_max_session_bytes: int = Field(
        default=2048 * MIB, gt=0, description="bytes of a session's files and their tables together"
    )
    upload_max_open: int = Field(default=200, gt=0, description="unfinished uploads of a session at once")
    upload_max_files: int = Field(default=5000, gt=0, description="files of a session")
    upload_rate: float = Field(
        default=20.0, gt=0, description="uploads that a session may begin per second, in the long run"
    )
    upload_burst: int = Field(default=400, gt=0, description="uploads that a session may begin at once")
    upload_ttl: float = Field(
        default=24 * 3600, gt=0, description="seconds without bytes after which an unfinished upload is removed"
    )
    upload_idle_timeout: float = Field(
        default=60.0, gt=0, description="seconds without bytes after which a request ends"
    )
    upload_part_bytes: int = Field(
        default=8 * MIB, ge=5 * MIB, description="bytes of a part; S3 takes none below 5 MiB, but for the last"
    )
    upload_buffers: int = Field(default=2, ge=2, description="parts held in memory at once, over all uploads")
    upload_small_buffers: int = Field(
        default=16, ge=2, description="buffers of 256 KiB for slow clients, over all uploads"
    )
    upload_store_connections: int = Field(default=8, ge=3, description="requests to the object store at once")
    upload_parts_in_flight: int = Field(default=3, ge=1, description="parts of one upload sent to the store at once")
    upload_max_inflated_bytes: int = Field(
        default=4096 * MIB, gt=0, description="bytes that a compressed file may unpack to"
    )
    upload_max_inflation: int = Field(default=250, gt=1, description="how many times larger it may get")
    upload_cors_origins: str = Field(
        default="*", description="origins whose pages may upload with a token, comma-separated"
    )
    upload_direct: bool = Field(default=False, description="let clients send large files straight to the object store")
    upload_direct_part_bytes: int = Field(default=16 * MIB, ge=5 * MIB)
    upload_direct_expiry: int = Field(default=3600, gt=0, le=604800, description="seconds that a presigned URL works")
    s3_public_endpoint: str = Field(
        default="", description="the object store as clients reach it; empty: as this service does"
    )
    upload_clamd: str = Field(default="", description="host:port of a clamd that scans every file; empty: no scan")
    upload_reconcile_every: float = Field(default=10.0, gt=0, description="seconds between looks at unfinished uploads")
    upload_sweep_every: float = Field(
        default=6 * 3600, gt=0, description="seconds between searches for orphaned objects"
    )
    upload_orphan_age: float = Field(
        default=48 * 3600, gt=0, description="seconds after which what belongs to no upload is removed"
    )
