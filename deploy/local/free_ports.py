"""Ports of the loopback interface that nothing uses."""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

from deploy.local.errors import GatewayPortTaken, InvalidSetting

LOOPBACK = "127.0.0.1"
# Below the range from which systems take the ports of outgoing connections, so that none of those takes ours meanwhile.
RANGE = range(20_000, 32_000)
_ours: dict[int, int] = {}
"""Descriptors of the locks of ports that this process has chosen, by port."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now (connections of an earlier one that are still closing do not matter)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int, rng: random.Random | None = None) -> list[int]:
    """`count` different free ports, this process's until it ends: no other call, here or in another process, chooses them.

    A free port is no use if a second stack that starts at the same time has found it free, too: SeaweedFS then dies at every
    start, or moves to a port that belongs to somebody else.
    """
    chosen: list[int] = []
    for port in (rng or random.SystemRandom()).sample(RANGE, len(RANGE)):
        if is_free(port) and _reserve(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise InvalidSetting(
        f"There are no {count} free ports between {RANGE.start} and {RANGE.stop} on {LOOPBACK}.",
        "End programs that listen there, and try again.",
    )


def _reserve(port: int) -> bool:
    """Lock the port's file; the system lets go of it when this process ends, however it ends."""
    folder = Path(tempfile.gettempdir()) / f"askframe-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    _ours[port] = descriptor
    return True


def gateway_port(wanted: int) -> int:
    """`wanted` if it is free, any free one for 0; otherwise says plainly what is in the way."""
    if wanted == 0:
        return free_ports(1)[0]
    if not is_free(wanted):
        raise GatewayPortTaken(
            f"Port {wanted} on {LOOPBACK} is taken by another program, so the gateway cannot listen there.",
            "Set ASKFRAME_PORT to another port (0 chooses a free one), or end what listens there.",
        )
    return wanted
