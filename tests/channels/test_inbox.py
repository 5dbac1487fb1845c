"""The inbox takes whole files, once, and never follows a link."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.channels.folder import Inbox, inbox, ready

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


class Wall:
    """A clock in seconds that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def box(tmp_path: Path, wall: Wall) -> Inbox:
    return Inbox("acme/main", tmp_path / "in", wall=wall)


def put(box: Inbox, name: str, data: bytes, wall: Wall) -> Path:
    box.folder.mkdir(parents=True, exist_ok=True)
    path = box.folder / name
    path.write_bytes(data)
    os.utime(path, (wall.now, wall.now))
    return path


def test_a_file_is_taken_when_it_stands_still(box: Inbox, wall: Wall) -> None:
    path = put(box, "a.csv", b"H;1\n", wall)
    assert box.look().waiting == (path,)
    wall.now += 1
    put(box, "a.csv", b"H;1\nL;1\n", wall)
    assert box.look().waiting == (path,)
    wall.now += 1.5
    assert box.look().waiting == (path,)
    wall.now += 1
    assert box.look().ready == (path,)


def test_a_slow_writer_is_waited_for_however_long_he_pauses(box: Inbox, wall: Wall) -> None:
    path = put(box, "a.edi", b"UNB+UNOC:3+A+B+260302:0914+1'UNH+1", wall)
    box.look()
    wall.now += ready.PATIENCE - 1
    assert box.look().waiting == (path,)
    assert box.look(at_once=True).waiting == (path,)


def test_a_file_that_stays_incomplete_is_taken_to_be_refused(box: Inbox, wall: Wall) -> None:
    path = put(box, "a.edi", b"UNB+UNOC:3+A+B+260302:0914+1'UNH+1", wall)
    box.look()
    wall.now += ready.PATIENCE
    assert box.look().ready == (path,)
    assert box.look(at_once=True).ready == (path,)


def test_oldest_first_and_only_what_matches(box: Inbox, wall: Wall) -> None:
    box.match = "*.csv"
    late = put(box, "a.csv", b"x\n", wall)
    wall.now -= 60
    early = put(box, "z.csv", b"x\n", wall)
    for name in (".hidden.csv", "b.csv.tmp", "c.edi"):
        put(box, name, b"x\n", wall)
    (box.folder / "folder.csv").mkdir()
    assert box.look(at_once=True).ready == (early, late)


def test_links_are_reported_and_never_followed(box: Inbox, wall: Wall, tmp_path: Path) -> None:
    put(box, "a.csv", b"x\n", wall)
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret\n")
    (box.folder / "b.csv").symlink_to(secret)
    found = box.look(at_once=True)
    assert [path.name for path in found.ready] == ["a.csv"]
    assert [one.code for one in found.problems] == ["T103"]


def test_a_claim_swapped_for_a_link_is_not_opened(box: Inbox, wall: Wall, tmp_path: Path) -> None:
    claim = box.claim(put(box, "a.csv", b"x\n", wall), "t1")
    assert claim is not None
    claim.path.unlink()
    claim.path.symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="link"):
        claim.open()
    assert box.claims() == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang_us(box: Inbox) -> None:
    box.folder.mkdir(parents=True)
    os.mkfifo(box.folder / "pipe")
    assert box.look(at_once=True).ready == ()


def test_a_file_that_cannot_be_read_is_reported(
    box: Inbox, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    put(box, "a.csv", b"x\n", wall)
    monkeypatch.setattr(inbox.ready, "is_complete", refuse)
    found = box.look(at_once=True)
    assert (found.ready, [one.code for one in found.problems]) == ((), ["T104"])
    assert "Permission denied" in found.problems[0].sentence


def test_a_file_that_disappears_is_nobodys_fault(
    box: Inbox, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(box, "a.csv", b"x\n", wall)
    path.unlink()
    assert box.claim(path, "t1") is None
    assert list((box.folder / "work").iterdir()) == []
    put(box, "b.csv", b"x\n", wall)

    def vanish(gone: Path) -> bool:
        raise FileNotFoundError(gone)

    monkeypatch.setattr(inbox.ready, "is_complete", vanish)
    assert box.look(at_once=True) == inbox.Look()


def test_a_claim_is_found_again_after_a_crash(box: Inbox, wall: Wall) -> None:
    claim = box.claim(put(box, "a.csv", b"x\n", wall), "t1")
    (box.folder / "work" / "t0").mkdir()
    again = Inbox("acme/main", box.folder)
    assert again.claims() == [claim]
    assert not (box.folder / "work" / "t0").exists()
    assert again.look(at_once=True).ready == ()


def test_originals_go_to_the_archive_of_their_day_unchanged(box: Inbox, wall: Wall) -> None:
    for token, data in (("t1", b"one\n"), ("t2", b"two\n")):
        claim = box.claim(put(box, "a.csv", data, wall), token)
        assert claim is not None
        box.put_away(claim, AT)
    day = box.folder / "archive" / "2026" / "03" / "02"
    assert (day / "a.csv").read_bytes() == b"one\n"
    assert (day / "a-2.csv").read_bytes() == b"two\n"
    assert box.claims() == []


def test_repeats_go_to_the_duplicates_and_unfinished_files_back(box: Inbox, wall: Wall) -> None:
    claim = box.claim(put(box, "a.csv", b"one\n", wall), "t1")
    assert claim is not None
    box.give_back(claim)
    claim = box.claim(box.folder / "a.csv", "t2")
    assert claim is not None
    assert box.put_away(claim, AT, duplicate=True) == box.folder / "archive/duplicates/a.csv"


def test_names_that_are_no_text(box: Inbox, wall: Wall) -> None:
    name = b"a\xff.csv".decode("utf-8", "surrogateescape")
    claim = box.claim(put(box, name, b"x\n", wall), "t1")
    assert claim is not None
    assert claim.name == "a�.csv"
    assert box.put_away(claim, AT).name == name
