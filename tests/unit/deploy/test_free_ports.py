"""Ports that are really free, and a plain word when the wanted one is not."""

from __future__ import annotations

import random
import socket
import subprocess
import sys

import pytest

from deploy.local.errors import GatewayPortTaken
from deploy.local.free_ports import LOOPBACK, RANGE, free_ports, gateway_port, is_free


@pytest.fixture
def listening() -> socket.socket:
    with socket.create_server((LOOPBACK, free_ports(1)[0])) as server:
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def test_ports_are_different_free_and_never_used_for_outgoing_connections() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(port in RANGE and is_free(port) for port in ports)


def test_a_taken_port_is_passed_over(listening: socket.socket) -> None:
    class InOrder(random.Random):
        def sample(self, population, k, *, counts=None):  # type: ignore[no-untyped-def]
            return [port_of(listening), *(p for p in population if p != port_of(listening))]

    assert port_of(listening) not in free_ports(3, InOrder())


def test_a_port_is_chosen_once_by_all_processes_that_start_together() -> None:
    first = free_ports(1)[0]
    same_order = f"""
import random
from deploy.local.free_ports import free_ports

class InOrder(random.Random):
    def sample(self, population, k, *, counts=None):
        return [{first}, *(p for p in population if p != {first})]

print(*free_ports(2, InOrder()))
"""
    others = subprocess.run([sys.executable, "-c", same_order], capture_output=True, text=True, check=True).stdout
    assert str(first) not in others.split()
    assert first not in free_ports(2)


def test_a_taken_gateway_port_is_named_with_the_way_out(listening: socket.socket) -> None:
    with pytest.raises(GatewayPortTaken, match=str(port_of(listening))) as refused:
        gateway_port(port_of(listening))
    assert "ASKFRAME_PORT" in refused.value.hint


def test_a_free_gateway_port_is_taken_as_it_is_and_0_chooses() -> None:
    free = free_ports(1)[0]
    assert gateway_port(free) == free
    assert gateway_port(0) in RANGE
