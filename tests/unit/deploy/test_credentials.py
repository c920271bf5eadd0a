"""Keys that are made once and that only their owner can read."""

from __future__ import annotations

import stat
from pathlib import Path

from deploy.local.credentials import kept_credentials, write_private


def test_keys_are_made_once_per_stack_and_differ_between_stacks(tmp_path: Path) -> None:
    first = kept_credentials(tmp_path / "a" / "credentials.json")
    assert kept_credentials(tmp_path / "a" / "credentials.json") == first
    other = kept_credentials(tmp_path / "b" / "credentials.json")
    assert other.access_key != first.access_key
    assert other.secret_key != first.secret_key


def test_a_private_file_is_private_even_where_a_public_one_lay(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.touch(mode=0o644)
    write_private(path, "secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == "secret"


def test_keys_do_not_show_when_printed(tmp_path: Path) -> None:
    made = kept_credentials(tmp_path / "credentials.json")
    assert made.secret_key not in repr(made)
