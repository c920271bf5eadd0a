"""A whole stack: servers, provisioning, services and gateway, started, found and ended together."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.local.component import Component
from deploy.local.free_ports import LOOPBACK, free_ports, gateway_port
from deploy.local.gateway import gateway_component
from deploy.local.servers import Endpoints, servers
from deploy.local.services import (
    PROVISION,
    SERVICES,
    Service,
    Surroundings,
    prerequisites,
    provision_component,
    service_component,
)
from deploy.local.state import HomeLock, forget_stack, write_stack
from deploy.local.supervisor import Supervisor


class Stack:
    """`port` 0 chooses a free gateway port.

    `env` stands for the caller's environment: `services.py` decides what services see of it, and nothing of the real
    one leaks in. Components are named as in `status`: nats, valkey, s3, provision, gateway, session …
    """

    def __init__(
        self,
        home: Path,
        port: int = 0,
        env: Mapping[str, str] | None = None,
        services: Sequence[Service] = SERVICES,
        provision: Service | None = PROVISION,
        announce: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.home = home.resolve()
        self._wanted_port, self._env = port, dict(env or {})
        self._services, self._provision, self._announce = tuple(services), provision, announce
        self._lock = HomeLock(self.home)
        self._components: dict[str, Component] = {}
        self._endpoints: Endpoints | None = None
        self._supervisor: Supervisor | None = None

    def start(self, cancelled: threading.Event | None = None) -> None:
        """Return when every component is ready. On failure nothing is left running; raises `StackError`."""
        self._lock.acquire()
        try:
            self._compose()
            parts = list(self._components.values())
            self._supervisor = Supervisor(parts, self.home / "logs", self._announce, self._save)
            self._supervisor.start(cancelled)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything; harmless when nothing runs."""
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None
            forget_stack(self.home)
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """The gateway's origin."""
        return self._components["gateway"].url

    @property
    def endpoints(self) -> Endpoints:
        """Where the servers answer; known once started."""
        if self._endpoints is None:
            raise RuntimeError("the stack has not been started")
        return self._endpoints

    def service_url(self, name: str) -> str:
        """Where a component answers without the gateway."""
        return self._components[name].url

    def pid(self, name: str) -> int | None:
        return self._running().pid(name)

    def restart_service(self, name: str) -> None:
        """Orderly; returns when it is ready again."""
        self._running().restart(name)

    def kill_service(self, name: str) -> int:
        """SIGKILL; the stack starts it again by itself (`wait_ready`). Returns the pid that was killed."""
        return self._running().kill(name)

    def wait_ready(self, name: str, seconds: float = 60.0) -> None:
        self._running().wait_ready(name, seconds)

    def _compose(self) -> None:
        port = gateway_port(self._wanted_port)
        ports = dict(zip((s.name for s in self._services), free_ports(len(self._services)), strict=True))
        self._endpoints, parts = servers(self.home)
        around = Surroundings(self.home, f"http://{LOOPBACK}:{port}", self._endpoints.environment(), self._env)
        upstreams = {name: f"{LOOPBACK}:{p}" for name, p in ports.items()}
        parts.append(gateway_component(self.home, port, upstreams, self._env))
        if self._provision is not None:
            parts.append(provision_component(self._provision, around))
        after = prerequisites(self._provision)
        parts += [service_component(service, ports[service.name], around, after) for service in self._services]
        self._components = {part.name: part for part in parts}

    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise RuntimeError("the stack is not running")
        return self._supervisor

    def _save(self) -> None:
        """Kept up to date with every restart, so that others find the processes of the moment."""
        write_stack(self.home, self._facts())

    def _facts(self) -> dict[str, Any]:
        processes = {
            name: {"pid": self._running().pid(name), "url": part.url, "log": str(self.home / "logs" / f"{name}.log")}
            for name, part in self._components.items()
        }
        return {
            "pid": os.getpid(),
            "home": str(self.home),
            "base_url": self.base_url,
            "endpoints": asdict(self.endpoints),
            "processes": processes,
        }
