"""The outbox shows whole files, once, and never overwrites."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.folder import Outcome, clear, finish, prepare, temporary

HIDDEN = temporary("k1", "3")


class CrashError(Exception):
    """A kill in the middle."""


def test_a_file_appears_under_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(out, HIDDEN, b"order")
    assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == []
    assert finish(out, "a.csv", HIDDEN) is Outcome.DONE
    assert [path.name for path in out.iterdir()] == ["a.csv"]
    assert (out / "a.csv").read_bytes() == b"order"


def test_a_crash_while_writing_leaves_no_half_file_and_is_repeated(tmp_path: Path) -> None:
    def crash() -> None:
        raise CrashError

    with pytest.raises(CrashError):
        prepare(tmp_path, HIDDEN, b"order", crash)
    assert not list(tmp_path.glob("[!.]*"))
    prepare(tmp_path, HIDDEN, b"order")
    finish(tmp_path, "a.csv", HIDDEN)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.csv", b"order")]


def test_what_was_renamed_and_taken_is_not_written_again(tmp_path: Path) -> None:
    prepare(tmp_path, HIDDEN, b"order")
    finish(tmp_path, "a.csv", HIDDEN)
    (tmp_path / "a.csv").unlink()
    assert finish(tmp_path, "a.csv", HIDDEN) is Outcome.ALREADY
    assert list(tmp_path.iterdir()) == []


def test_another_file_of_that_name_stays(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"theirs")
    prepare(tmp_path, HIDDEN, b"ours")
    assert finish(tmp_path, "a.csv", HIDDEN) is Outcome.COLLISION
    assert finish(tmp_path, "a-2.csv", HIDDEN) is Outcome.DONE
    assert (tmp_path / "a.csv").read_bytes() == b"theirs"


def test_a_folder_that_went_away_is_an_error_and_not_a_delivery(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        finish(tmp_path / "share", "a.csv", HIDDEN)


@pytest.mark.parametrize("name", ["../a.csv", "a/b", "..", "", "."])
def test_a_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        finish(tmp_path, name, HIDDEN)


def test_temporary_names_are_hidden_and_made_from_the_key_and_who_delivers() -> None:
    name = temporary("k" * 500, "7")
    assert name.startswith(".")
    assert name.endswith(".part")
    assert len(name) < 64
    assert name != temporary("k" * 500, "8")


def test_one_who_comes_too_late_does_not_touch_the_file_of_the_one_who_took_over(
    tmp_path: Path,
) -> None:
    prepare(tmp_path, temporary("k1", "4"), b"whole")
    prepare(tmp_path, HIDDEN, b"ha")
    assert finish(tmp_path, "a.csv", temporary("k1", "4")) is Outcome.DONE
    assert (tmp_path / "a.csv").read_bytes() == b"whole"


def test_what_a_dead_one_left_is_cleared_but_not_what_is_prepared(tmp_path: Path) -> None:
    kept = temporary("k2", "9")
    for name in (HIDDEN, temporary("k1", "5"), kept, temporary("other", "1")):
        prepare(tmp_path, name, b"x")
    clear(tmp_path, ["k1", "k2"], keep={kept})
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [kept, temporary("other", "1")]
    )
    clear(tmp_path / "gone", ["k1"])
