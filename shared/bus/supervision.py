"""Work that has to go on for as long as its service: begun again after any failure, and heard of when it does not recover."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from shared.errors import Unavailable
from shared.telemetry import metrics

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before beginning again, after each failure in a row
INSIST = 0.5  # seconds before work that was told to end is told again
STEADY = 60.0  # seconds of work after which earlier failures are forgotten: three in a month are no alarm
ALARM = 3  # failures in a row from which on the service is not ready: one or two are a bus that restarts
log = structlog.get_logger(__name__)


class WorkKeepsFailing(Unavailable):
    """Background work fails each time that it is begun again."""

    code = "background_work_failing"


class Supervised:
    """One endless piece of work. A loop that catches only the failures it foresees ends for good, and silently, at the first other one."""

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[None]],
        pauses: Sequence[float] = PAUSES,
        steady: float = STEADY,
    ) -> None:
        """`work` runs until it is cancelled; that it returns or raises is a failure. It may call `went_well` now and then."""
        self._steady = steady
        self._name = name
        self._work = work
        self._pauses = pauses
        self._failures = 0
        self._last = ""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self._name)

    def went_well(self) -> None:
        """Forget earlier failures: the work has got somewhere."""
        self._failures = 0

    async def stop(self) -> None:
        """The NATS client can lose a cancellation (a fetch that times out in the same moment): it is asked again until it heeds."""
        while self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=INSIST)

    async def ping(self) -> None:
        """Raises `WorkKeepsFailing` when the work has been begun again and again without getting anywhere, or has ended."""
        if self._failures >= ALARM or (self._task is not None and self._task.done()):
            raise WorkKeepsFailing(f"{self._name} keeps failing: {self._last or 'it has ended'}")

    async def _run(self) -> None:
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._work()
                self._last = "it ended by itself"
            except Exception as error:  # noqa: BLE001 - whatever it is, the work goes on
                self._last = f"{type(error).__name__}: {error}"[:200]
            if asyncio.get_running_loop().time() - began >= self._steady:
                self.went_well()
            pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
            self._failures += 1
            metrics.WORK_RESTARTS.labels(work=self._name).inc()
            log.warning("work_begins_again", work=self._name, failures=self._failures, pause=pause, error=self._last)
            await asyncio.sleep(pause)
