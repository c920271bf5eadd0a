"""Upload progress in Redis, under a lock with fencing: a holder that lost its upload cannot write to it any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from services.upload.errors import QuotaExceeded, Superseded, TooManyUploads, UploadLocked, UploadUnknown
from services.upload.ports import Hold, Limits
from services.upload.records import FileRecord, Transfer
from services.upload.storage import scripts
from services.upload.storage.keyspace import DUE, LEASE, Keyspace, StateUnavailable, available

LOCK = 4.0  # seconds without a sign of life after which another request may take an upload over
GAP = 128  # part numbers that a lost holder may still be sending to: its successor stays clear of them


class RedisTransfers:
    """The `TransferLedger`."""

    def __init__(self, redis: Redis, keep: float, lock: float = LOCK) -> None:
        self._redis = redis
        self._keep = int(keep)
        self._lock_ms = int(lock * 1000)
        self._open = redis.register_script(scripts.OPEN)
        self._acquire = redis.register_script(scripts.ACQUIRE)
        self._commit = redis.register_script(scripts.COMMIT)
        self._refresh = redis.register_script(scripts.REFRESH)
        self._release = redis.register_script(scripts.RELEASE)

    async def open(self, transfer: Transfer, record: FileRecord | None, reserve: int, limits: Limits) -> Hold:
        space = Keyspace(transfer.session_id)
        arguments: list[str | int | float] = [
            transfer.file_id,
            reserve,
            limits.session_bytes,
            limits.open_uploads,
            limits.files,
            transfer.model_dump_json(),
            record.model_dump_json() if record else "",
            transfer.expires_at.timestamp(),
            self._lock_ms,
        ]
        with available():
            outcome: list[bytes] = await self._open(keys=space.of_upload(transfer.file_id), args=arguments)
        refuse(outcome, reserve, limits)
        return Hold(transfer.session_id, transfer.file_id, 1)

    async def get(self, session_id: str, file_id: str) -> Transfer | None:
        with available():
            raw = await self._redis.hget(Keyspace(session_id).transfer(file_id), "state")
        return None if raw is None else Transfer.model_validate_json(raw)

    async def acquire(self, session_id: str, file_id: str) -> tuple[Hold, Transfer]:
        space = Keyspace(session_id)
        with available():
            outcome: list[Any] = await self._acquire(
                keys=[space.transfer(file_id), space.lock(file_id)], args=[self._lock_ms]
            )
        if outcome[0] == b"missing":
            raise UploadUnknown(
                "There is no such upload.", hint="It may have expired; begin a new one with POST /v1/uploads."
            )
        if outcome[0] == b"locked":
            raise UploadLocked(
                "Another request is writing to this upload.",
                retry_after=1,
                hint="Wait for it to end, ask for the offset with HEAD, and go on from there.",
            )
        transfer = Transfer.model_validate_json(outcome[3])
        if outcome[2]:
            transfer = transfer.having(next_part=transfer.next_part + GAP)
        return Hold(session_id, file_id, int(outcome[1])), transfer

    async def commit(self, hold: Hold, transfer: Transfer) -> None:
        space = Keyspace(hold.session_id)
        still_open = transfer.stage in ("open", "whole") or (transfer.is_partial and transfer.stage == "stored")
        arguments: list[str | int | float] = [
            hold.fence,
            transfer.model_dump_json(),
            hold.file_id,
            int(still_open),
            self._keep,
        ]
        with available():
            kept = await self._commit(keys=[space.transfer(hold.file_id), space.open], args=arguments)
        if not kept:
            raise lost()

    async def refresh(self, hold: Hold) -> None:
        space = Keyspace(hold.session_id)
        with available():
            kept = await self._refresh(
                keys=[space.transfer(hold.file_id), space.lock(hold.file_id)], args=[hold.fence, self._lock_ms]
            )
        if not kept:
            raise lost()

    async def release(self, hold: Hold) -> None:
        space = Keyspace(hold.session_id)
        with available():
            await self._release(keys=[space.transfer(hold.file_id), space.lock(hold.file_id)], args=[hold.fence])

    async def schedule(self, session_id: str, file_id: str, due: datetime | None) -> None:
        with available():
            if due is None:
                await self._redis.zrem(DUE, f"{session_id}/{file_id}")
            else:
                await self._redis.zadd(DUE, {f"{session_id}/{file_id}": due.timestamp()})

    async def due(self, now: datetime, most: int) -> list[tuple[str, str]]:
        with available():
            members: Any = await self._redis.zrange(DUE, "-inf", str(now.timestamp()), byscore=True, offset=0, num=most)
        pairs = [member.decode().rpartition("/") for member in members]
        return [(session_id, file_id) for session_id, _, file_id in pairs]

    async def lease(self, name: str, seconds: float) -> bool:
        with available():
            return bool(await self._redis.set(f"{LEASE}{name}", "1", nx=True, px=int(seconds * 1000)))


def lost() -> Superseded:
    return Superseded(
        "Another request took over this upload, or it was cancelled.",
        hint="Ask for the offset with HEAD and go on from there.",
    )


def refuse(outcome: list[bytes], asked: int, limits: Limits) -> None:
    """Raise what the OPEN script found in the way."""
    verdict = outcome[0].decode()
    if verdict == "quota":
        free = max(0, limits.session_bytes - int(outcome[1]))
        raise QuotaExceeded(
            f"This session has room for {free:,} more bytes; the file needs {asked:,}.",
            hint="Delete files that are no longer needed, or cancel unfinished uploads.",
        )
    if verdict == "open":
        raise TooManyUploads(
            f"This session has {limits.open_uploads} unfinished uploads.",
            retry_after=10,
            hint="Finish or cancel some of them first.",
        )
    if verdict == "files":
        raise TooManyUploads(
            f"This session holds {limits.files} files.", hint="Delete files that are no longer needed."
        )
    if verdict != "ok":
        raise StateUnavailable(
            "The state of this session was lost and is being read back.", hint="Try again in a moment."
        )
