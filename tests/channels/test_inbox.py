"""The inbox takes whole files, once, and never follows a link."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.channels.folder import Inbox, Marker, inbox, ready
from gateway.store import durable

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
    return Inbox("acme/main", tmp_path / "in", clock=wall, wall=wall)


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
    def refuse(handle: int) -> bool:
        raise PermissionError(13, "Permission denied", str(handle))

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

    def vanish(handle: int) -> bool:
        raise FileNotFoundError(errno.ENOENT, "gone", str(handle))

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


# ---- markers and renames


@pytest.fixture
def marked(box: Inbox) -> Inbox:
    box.rule = ready.Rule(marker=Marker("{name}.done"))
    return box


def test_a_file_with_a_marker_is_taken_at_once(marked: Inbox, wall: Wall) -> None:
    path = put(marked, "a.csv", b"H;1", wall)
    (waits,) = marked.look().waits
    assert (waits.path, waits.why) == (path, "there is no a.csv.done beside it")
    put(marked, "A.CSV.DONE", b"", wall)
    assert marked.look().ready == (path,), "whatever its letters, and however incomplete"
    claim = marked.claim(path, "t1")
    assert claim is not None
    marked.put_away(claim, AT)
    assert [one.name for one in marked.folder.iterdir() if one.is_file()] == []
    assert [one.name for one in (marked.folder / "archive/2026/03/02").iterdir()] == ["a.csv"]


def test_a_marker_alone_is_no_file(marked: Inbox, wall: Wall) -> None:
    put(marked, "a.csv.done", b"", wall)
    assert marked.look(at_once=True) == inbox.Look()


def test_a_marker_that_stays_vouches_for_one_file_only(marked: Inbox, wall: Wall) -> None:
    marked.rule = ready.Rule(marker=Marker("{stem}.ok", keep=True))
    path = put(marked, "a.csv", b"H;1\n", wall)
    put(marked, "a.ok", b"", wall)
    assert marked.look().ready == (path,)
    claim = marked.claim(path, "t1")
    assert claim is not None
    marked.put_away(claim, AT)
    assert (marked.folder / "a.ok").exists()
    wall.now += 60
    put(marked, "a.csv", b"H;2\n", wall)
    assert [each.why for each in marked.look().waits] == ["a.ok is older than it"]
    put(marked, "a.ok", b"", wall)
    assert marked.look().ready == (path,)


@pytest.mark.parametrize("at", ["marker moved", "both moved", "marker removed"])
def test_a_crash_never_parts_file_and_marker(
    marked: Inbox, wall: Wall, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """After it the file is taken once, and no marker is left that would vouch for the next one."""
    path = put(marked, "a.csv", b"H;1\n", wall)
    put(marked, "a.csv.done", b"", wall)
    marked.look()
    steps = {"marker moved": 1, "both moved": 2, "marker removed": 2}
    moved: list[Path] = []

    def rename(source: Path, target: Path) -> None:
        if len(moved) == steps[at]:
            raise KeyboardInterrupt
        durable.rename_new(source, target)
        moved.append(target)

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "rename_new", rename)
        if at == "both moved":
            assert marked.claim(path, "t1") is not None
        else:
            with pytest.raises(KeyboardInterrupt):
                claim = marked.claim(path, "t1")
                assert claim is not None
                marked.put_away(claim, AT)
    again = Inbox("acme/main", marked.folder, rule=marked.rule, clock=wall, wall=wall)
    left = again.claims()
    if at == "marker moved":
        assert left == []
        assert again.look().ready == (path,), "the marker went back to its file"
    else:
        (claim,) = left
        again.put_away(claim, AT)
        assert again.look() == inbox.Look()
        assert not (marked.folder / "a.csv.done").exists()


def test_a_file_that_is_renamed_when_it_is_whole_is_taken_at_once(box: Inbox, wall: Wall) -> None:
    box.rule = ready.Rule(renamed=True)
    box.match = "*.csv"
    path = put(box, "a.csv", b"H;1", wall)
    for name in ("a.csv.tmp", "b.csv.writing", "c.new", "Thumbs.db", "~$d.csv"):
        put(box, name, b"H;1\n", wall)
    assert box.look() == inbox.Look((path,))


def test_a_clock_of_a_file_server_that_goes_wrong_does_not_matter(box: Inbox, wall: Wall) -> None:
    ahead = Wall()
    ahead.now = wall.now + 86_400
    early = put(box, "a.edi", b"UNB+UNOC:3+A+B+260302:0914+1'", ahead)
    box.look()
    wall.now += ready.PATIENCE
    assert box.look().ready == (early,)


def test_what_lies_there_for_long_is_told(marked: Inbox, wall: Wall) -> None:
    assert marked.left_since(wall.now) == []
    path = put(marked, "a.csv", b"H;1\n", wall)
    put(marked, "b.csv.tmp", b"H;1\n", wall)
    since = path.stat().st_ctime
    (left,) = marked.left_since(since + 1)
    assert (left.name, left.why) == ("a.csv", "there is no a.csv.done beside it")
    assert marked.left_since(since - 1) == []
