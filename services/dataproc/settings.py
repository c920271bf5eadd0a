"""Settings of dataproc: what a job may use, and how much is kept on the worker's disk."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.settings import CommonSettings


class Settings(CommonSettings):
    """`ASKFRAME_*` variables."""

    parse_memory_bytes: int = Field(
        default=1_200_000_000, gt=0, description="resident memory of one parsing job, at most"
    )
    parse_seconds: float = Field(default=900, gt=0, description="wall clock of one parsing job, at most")
    upload_max_session_bytes: int = Field(
        default=2 << 30,
        gt=0,
        description="bytes that a session may keep: the tables of one file, unpacked, have no more",
    )
    parse_jobs: int = Field(default=2, ge=1, description="files parsed at once by one copy")
    cache_bytes: int = Field(default=20 << 30, gt=0, description="tables kept on the worker's disk, at most")
    preview_bytes: int = Field(
        default=256 << 20, gt=0, description="orders and filtered rows of previews kept in memory, at most"
    )
    run_seconds: float = Field(default=20, gt=0, description="wall clock of one run of code")
    run_memory_bytes: int = Field(default=4 << 30, gt=0, description="memory of one run of code, its tables included")
    run_result_rows: int = Field(default=1_000_000, gt=0)
    evaluate_seconds: float = Field(default=2, gt=0, le=6, description="wall clock of the plans of one question")
    evaluate_memory_bytes: int = Field(default=512 << 20, gt=0, description="memory of the plans of one question")
    evaluate_spill_bytes: int = Field(
        default=2 << 30, gt=0, description="disk that the plans of one question take when memory does not suffice"
    )
    jail_minimum: Literal["none", "rlimits", "landlock", "seccomp", "full"] = Field(
        default="seccomp", description="below this tier of confinement no code runs"
    )
