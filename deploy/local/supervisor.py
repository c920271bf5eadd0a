"""Starts components in the order they need, waits for each by its probe, and starts again what dies."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import process
from deploy.local.component import Component
from deploy.local.errors import Interrupted, PartFailed
from deploy.local.restart import RestartPolicy

Clock = Callable[[], float]
STARTING_POLL = 0.02
RUNNING_POLL = 0.1
ROTATION_POLL = 5.0
STILL_WAITING = 5.0
READY_WITHIN = 60.0


@dataclass
class Place:
    """What is known of one component: its process of the moment, and whether that answers its probe."""

    component: Component
    log: Path
    policy: RestartPolicy = field(default_factory=RestartPolicy)
    child: subprocess.Popen[bytes] | None = None
    ready: bool = False
    spawned_at: float = 0.0
    first_spawned_at: float | None = None
    spawn_not_before: float = 0.0


class Supervisor:
    """Owns the processes of some components. Its methods may be called from any thread."""

    def __init__(
        self,
        components: Sequence[Component],
        logs: Path,
        announce: Callable[[str], None],
        on_change: Callable[[], None] = lambda: None,
        clock: Clock = time.monotonic,
        ready_within: float = READY_WITHIN,
    ) -> None:
        self._places = {c.name: Place(c, logs / f"{c.name}.log") for c in components}
        self._announce, self._on_change, self._clock, self._ready_within = announce, on_change, clock, ready_within
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        # One thread does every fork and outlives them all: the kernel ends a process with the thread that started it.
        self._spawner = ThreadPoolExecutor(1, "spawner")
        self._monitor = threading.Thread(target=self._keep_running, name="supervisor", daemon=True)

    def start(self, cancelled: threading.Event | None = None) -> None:
        """Return when every component is ready; otherwise end all and raise `PartFailed` or `Interrupted`."""
        for place in self._places.values():
            process.fresh_log(place.log)
        reminder = self._clock() + STILL_WAITING
        try:
            while waiting := [name for name, place in self._places.items() if not place.ready]:
                if cancelled is not None and cancelled.is_set():
                    raise Interrupted("Stopped before everything was ready.")
                self._advance()
                self._give_up_on_hopeless()
                if self._clock() > reminder:
                    self._announce(f"  … waiting for {', '.join(waiting)}")
                    reminder += STILL_WAITING
                time.sleep(STARTING_POLL)
        except BaseException:
            self.stop()
            raise
        self._monitor.start()

    def stop(self) -> None:
        """End every process, dependents before what they depend on. Harmless when nothing runs."""
        self._stopping.set()
        if self._monitor.is_alive():
            self._monitor.join()
        with self._lock:
            remaining = {name: place for name, place in self._places.items() if place.child is not None}
            while remaining:
                needed = {name for place in remaining.values() for name in place.component.after}
                batch = [place for name, place in remaining.items() if name not in needed]
                process.terminate([(place.component, place.child) for place in batch if place.child])
                for place in batch:
                    place.child, place.ready = None, False
                    del remaining[place.component.name]
        self._spawner.shutdown()

    def restart(self, name: str) -> None:
        """An orderly restart; returns when it is ready again."""
        with self._lock:
            place = self._places[name]
            if place.child is not None:
                process.terminate([(place.component, place.child)])
            place.ready = False
            self._spawn(place)
        self.wait_ready(name)

    def kill(self, name: str) -> int:
        """SIGKILL to it and its group; it is started again by itself. Returns the pid that was killed."""
        with self._lock:
            place = self._places[name]
            if place.child is None:
                raise ProcessLookupError(f"{name} is not running")
            place.ready = False
            process.signal_group(place.child, signal.SIGKILL)
            place.child.wait()
            return place.child.pid

    def wait_ready(self, name: str, seconds: float = READY_WITHIN) -> None:
        """Return once it answers its probe; `PartFailed` when that takes longer."""
        place, deadline = self._places[name], self._clock() + seconds
        while not place.ready:
            if self._clock() > deadline:
                raise self._failure(place, f"did not become ready within {seconds:.0f} s")
            time.sleep(STARTING_POLL)

    def pid(self, name: str) -> int | None:
        """The pid of the moment; None when it has ended or has not started."""
        with self._lock:
            child = self._places[name].child
            return child.pid if child is not None and child.poll() is None else None

    def _keep_running(self) -> None:
        rotation = self._clock() + ROTATION_POLL
        while not self._stopping.wait(RUNNING_POLL):
            self._advance()
            if self._clock() > rotation:
                rotation += ROTATION_POLL
                for place in self._places.values():
                    process.rotate_log(place.log)

    def _advance(self) -> None:
        """One round: start what can start, note what died, probe what is not ready yet."""
        for place in self._places.values():
            with self._lock:
                if place.child is None:
                    self._spawn_when_due(place)
                elif place.child.poll() is not None and not self._is_done(place):
                    self._note_death(place, place.child)
            child, probe = place.child, place.component.probe
            if not place.ready and child is not None and probe is not None and probe():
                self._note_ready(place, child)

    def _spawn_when_due(self, place: Place) -> None:
        if self._clock() >= place.spawn_not_before and all(self._places[n].ready for n in place.component.after):
            self._spawn(place)

    def _spawn(self, place: Place) -> None:
        place.child = self._spawner.submit(process.spawn, place.component, place.log).result()
        place.spawned_at = self._clock()
        if place.first_spawned_at is None:
            place.first_spawned_at = place.spawned_at
        self._on_change()

    def _is_done(self, place: Place) -> bool:
        """A component without a probe that has exited well has done its work."""
        if place.component.probe is not None or place.child is None or place.child.returncode != 0:
            return False
        if not place.ready:
            self._note_ready(place, place.child)
        return True

    def _note_ready(self, place: Place, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if place.child is not child:
                return
            place.ready = True
        verb = "done " if place.component.probe is None else "ready"
        self._announce(f"  {place.component.name:<10} {verb} {self._clock() - place.spawned_at:6.2f} s")

    def _note_death(self, place: Place, child: subprocess.Popen[bytes]) -> None:
        process.signal_group(child, signal.SIGKILL)  # whatever it had started goes with it
        pause = place.policy.died(self._clock())
        place.child, place.ready = None, False
        place.spawn_not_before = self._clock() + pause
        ending = process.how_it_ended(child.returncode)
        self._announce(f"  {place.component.name} {ending}; starting it again in {pause:.1f} s")

    def _give_up_on_hopeless(self) -> None:
        now = self._clock()
        for place in self._places.values():
            if place.policy.hopeless(now):
                raise self._failure(place, "died again and again")
            # From its first start: one that dies too slowly to be hopeless must not keep everybody waiting for ever.
            begun = place.first_spawned_at
            if begun is not None and not place.ready and now - begun > self._ready_within:
                raise self._failure(place, f"did not become ready within {self._ready_within:.0f} s")

    def _failure(self, place: Place, what: str) -> PartFailed:
        name = place.component.name
        return PartFailed(name, f"{name} {what}.", f"Its whole log is {place.log}", process.tail(place.log))
