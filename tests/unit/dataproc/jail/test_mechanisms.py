"""The parts of the lock-down that can be judged without a process: tiers, and the filter on both architectures."""

from __future__ import annotations

import errno

import pytest

from services.dataproc.jail import Jail, Tier
from services.dataproc.jail.seccomp import Instruction, instructions
from services.dataproc.jail.syscalls import ARCHITECTURES

ALLOW, KILL, DENY, NO_SUCH_CALL = 0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
# open, openat, socket, connect, clone, execve, kill, ptrace, prctl, unshare, setrlimit/prlimit64, bpf, io_uring_setup
DANGEROUS = {
    "x86_64": [2, 257, 41, 42, 56, 57, 58, 59, 62, 101, 157, 272, 302, 321, 425, 310, 311, 319, 441, 442],
    "aarch64": [56, 198, 203, 220, 221, 129, 117, 167, 97, 261, 280, 425, 270, 271, 279, 442],
}


def decide(program: list[Instruction], number: int, audit: int, third: int = 0) -> int:
    """What the kernel would answer: classic BPF, the five instructions that the filter uses."""
    data = {0: number, 4: audit, 32: third}
    accumulator = position = 0
    while True:
        code, if_true, if_false, constant = program[position]
        position += 1
        if code == 0x20:
            accumulator = data[constant]
        elif code == 0x06:
            return constant
        else:
            holds = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: bool(accumulator & constant)}[
                code
            ]
            position += if_true if holds else if_false


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_the_filter_allows_its_list_and_nothing_else(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    program = instructions(architecture)
    allowed = {number for number in range(600) if decide(program, number, architecture.audit) == ALLOW}
    assert allowed == set(architecture.allowed.values())
    assert not allowed & set(DANGEROUS[machine])
    assert decide(program, architecture.clone3, architecture.audit) == NO_SUCH_CALL
    assert all(decide(program, number, architecture.audit) == DENY for number in DANGEROUS[machine])


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_memory_is_allowed_unless_it_is_executable(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    program = instructions(architecture)
    for name in ("mmap", "mprotect"):
        assert decide(program, architecture.allowed[name], architecture.audit, third=3) == ALLOW
        assert decide(program, architecture.allowed[name], architecture.audit, third=7) == DENY


@pytest.mark.parametrize("machine", sorted(ARCHITECTURES))
def test_calls_of_another_architecture_kill(machine: str) -> None:
    program = instructions(ARCHITECTURES[machine])
    assert decide(program, ARCHITECTURES[machine].allowed["read"], 0x40000003) == KILL


def test_the_second_table_of_x86_is_denied() -> None:
    architecture = ARCHITECTURES["x86_64"]
    assert decide(instructions(architecture), 0x40000000 | architecture.allowed["read"], architecture.audit) == DENY


@pytest.mark.parametrize(
    ("held", "tier"),
    [
        ([], Tier.NONE),
        (["landlock", "seccomp"], Tier.NONE),
        (["rlimits"], Tier.RLIMITS),
        (["rlimits", "landlock", "no_new_privileges"], Tier.LANDLOCK),
        (["rlimits", "seccomp", "no_new_privileges"], Tier.SECCOMP),
        (["rlimits", "landlock", "seccomp", "no_new_privileges"], Tier.FULL),
    ],
)
def test_the_tier_is_that_of_the_mechanisms_that_hold(held: list[str], tier: Tier) -> None:
    assert Tier.of(held) is tier


def test_a_jail_that_was_not_started_holds_nothing() -> None:
    jail = Jail()
    assert jail.tier == "none"
    assert jail.describe()["refuses"]


async def test_the_description_names_tier_mechanisms_and_kernel(jail: Jail) -> None:
    described = jail.describe()
    assert described["tier"] == jail.tier
    assert Tier[jail.tier.upper()] is Tier.of(described["mechanisms"])
    assert {"kernel", "machine", "landlock_abi", "warm_seconds", "alive", "restarts", "minimum"} <= described.keys()
