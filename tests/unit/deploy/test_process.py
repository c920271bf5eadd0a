"""Log files of the processes, and the words for how one ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.process import fresh_log, how_it_ended, rotate_log, tail


def test_tail_gives_the_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {n}\n" for n in range(10_000)))
    assert tail(log, 3) == "line 9997\nline 9998\nline 9999"


def test_tail_of_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    assert tail(tmp_path / "empty.log") == "(the log is empty)"
    assert tail(tmp_path / "missing.log") == "(no log)"


def test_a_log_over_its_limit_is_kept_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        rotate_log(log, limit=50)
        writer.write(b"after\n")
    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "a.log.1").read_bytes() == b"x" * 100


def test_a_log_within_its_limit_stays(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"short")
    rotate_log(tmp_path / "a.log", limit=50)
    assert (tmp_path / "a.log").read_bytes() == b"short"
    assert not (tmp_path / "a.log.1").exists()


def test_a_new_start_begins_an_empty_log_and_keeps_the_last_one(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "a.log"
    fresh_log(log)
    log.write_text("first run")
    fresh_log(log)
    assert not log.exists()
    assert (tmp_path / "logs" / "a.log.1").read_text() == "first run"


@pytest.mark.parametrize(
    ("status", "words"), [(0, "exited with status 0"), (3, "exited with status 3"), (-9, "was ended by SIGKILL")]
)
def test_endings_in_words(status: int, words: str) -> None:
    assert how_it_ended(status) == words
