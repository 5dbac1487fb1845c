"""Packs: many small old payloads in one ZIP, without a moment in which one is not there."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import warnings
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.store.archive import FolderArchive
from gateway.store.archive.compact import FEWEST, LARGEST, Packed, compact

JANUARY = datetime(2026, 1, 12, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 3, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def put(archive: FolderArchive, data: bytes, at: datetime) -> str:
    sha = archive.put_file(io.BytesIO(data)).sha
    os.utime(archive.path(sha), (at.timestamp(), at.timestamp()))
    return sha


def filled(folder: Path, at: datetime = JANUARY, count: int = 20) -> dict[str, bytes]:
    archive = FolderArchive(folder)
    pieces = [f"UNB+UNOC:3+{number:06}'".encode() * 40 for number in range(count)]
    return {put(archive, data, at): data for data in pieces}


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def whole(folder: Path, payloads: dict[str, bytes]) -> bool:
    archive = FolderArchive(folder)
    return all(
        archive.intact(sha) and b"".join(archive.chunks(sha)) == data
        for sha, data in payloads.items()
    )


def test_a_month_becomes_one_zip_that_any_tool_reads(tmp_path: Path) -> None:
    january, february = filled(tmp_path), filled(tmp_path, FEBRUARY, 40)
    only_february = {sha: data for sha, data in february.items() if sha not in january}
    done = compact(FolderArchive(tmp_path), LATER)
    assert done.files == 40
    assert done.after < done.before / 2
    packs = sorted((tmp_path / "packs").glob("*.zip"))
    assert [path.name[:7] for path in packs] == ["2026-02"]
    with zipfile.ZipFile(packs[0]) as pack:
        assert pack.testzip() is None
        assert set(pack.namelist()) == set(february)
        assert all(pack.read(sha) == data for sha, data in only_february.items())
    assert whole(tmp_path, february)
    assert len(files(tmp_path)) == 2
    assert compact(FolderArchive(tmp_path), LATER) == Packed()


def test_what_is_young_large_or_alone_stays_a_file(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    for number in range(FEWEST - 1):
        put(archive, b"alone %d" % number, JANUARY)
    for number in range(FEWEST):
        put(archive, b"young %d" % number, LATER)
        put(archive, b"large %d" % number * (LARGEST // 6), FEBRUARY)
    assert compact(archive, LATER) == Packed()


def test_a_damaged_file_is_not_packed(tmp_path: Path) -> None:
    payloads = filled(tmp_path)
    bad = next(iter(payloads))
    path = FolderArchive(tmp_path).path(bad)
    path.chmod(0o640)
    path.write_bytes(b"other")
    os.utime(path, (JANUARY.timestamp(), JANUARY.timestamp()))
    assert compact(FolderArchive(tmp_path), LATER).files == len(payloads) - 1
    assert path.read_bytes() == b"other"
    del payloads[bad]
    assert whole(tmp_path, payloads)


def test_a_damaged_pack_is_noticed(tmp_path: Path) -> None:
    payloads = filled(tmp_path)
    compact(FolderArchive(tmp_path), LATER)
    (pack,) = (tmp_path / "packs").glob("*.zip")
    pack.chmod(0o640)
    data = bytearray(pack.read_bytes())
    data[len(data) // 3] ^= 0xFF
    pack.write_bytes(data)
    archive = FolderArchive(tmp_path)
    assert sum(not archive.intact(sha) for sha in payloads) == 1


@pytest.mark.parametrize("damage", ["missing", "short"])
def test_a_lost_index_is_built_again(tmp_path: Path, damage: str) -> None:
    payloads = filled(tmp_path)
    compact(FolderArchive(tmp_path), LATER)
    (index,) = (tmp_path / "packs").glob("*.idx")
    if damage == "missing":
        index.unlink()
    else:
        index.write_bytes(index.read_bytes()[:77])
    assert whole(tmp_path, payloads)
    assert index.stat().st_size > 500


def test_a_pack_that_may_only_be_read_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads = filled(tmp_path)
    compact(FolderArchive(tmp_path), LATER)
    (index,) = (tmp_path / "packs").glob("*.idx")
    index.unlink()

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EROFS, "read-only file system")

    monkeypatch.setattr("gateway.store.archive.packs.write_synced", refuse)
    assert whole(tmp_path, payloads)
    assert not index.exists()


def test_a_removal_that_is_swept_in_its_middle_is_no_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = FolderArchive(tmp_path)
    sha = put(archive, b"one", JANUARY)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        moved = real(self, target)
        FolderArchive(tmp_path).sweep()
        return moved

    monkeypatch.setattr(Path, "rename", rename)
    assert archive.discard(sha, LATER) is False
    assert archive.intact(sha)


def test_another_machine_finds_what_was_packed_meanwhile(tmp_path: Path) -> None:
    payloads = filled(tmp_path)
    other = FolderArchive(tmp_path)
    assert all(other.holds(sha) for sha in payloads)
    compact(FolderArchive(tmp_path), LATER)
    assert all(other.intact(sha) for sha in payloads)
    FolderArchive(tmp_path).remove([next(iter(payloads))], LATER)
    assert [other.holds(sha) for sha in payloads] == [False] + [True] * (len(payloads) - 1)
    assert all(other.intact(sha) for sha in list(payloads)[1:])


def test_what_came_again_survives_the_removal_of_its_packed_copy(tmp_path: Path) -> None:
    payloads = filled(tmp_path)
    archive = FolderArchive(tmp_path)
    compact(archive, LATER)
    sha, data = next(iter(payloads.items()))
    archive.put_file(io.BytesIO(data))
    assert archive.remove([sha], datetime.now(UTC) - timedelta(days=1)) == set()
    assert archive.intact(sha)
    assert [held.sha for held in archive.held()].count(sha) == 1


def test_the_last_payload_of_a_pack_takes_it_along(tmp_path: Path) -> None:
    payloads = filled(tmp_path)
    archive = FolderArchive(tmp_path)
    compact(archive, LATER)
    assert archive.remove(list(payloads), LATER) == set(payloads)
    assert files(tmp_path) == []


def test_readers_never_miss_a_payload_while_it_is_packed(tmp_path: Path) -> None:
    payloads = filled(tmp_path, count=300)
    stop, missed = threading.Event(), list[str]()

    def read() -> None:
        archive = FolderArchive(tmp_path)
        while not stop.is_set():
            missed.extend(sha for sha in payloads if not archive.intact(sha))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    archive = FolderArchive(tmp_path)
    compact(archive, LATER)
    for number in range(3):
        archive.remove([hashlib.sha256(b"%d" % number).hexdigest()], LATER)
    stop.set()
    for thread in threads:
        thread.join()
    assert missed == []


# ---- killed at every point --------------------------------------------------------------------


def killed(work: Callable[[Callable[[str], None]], None], point: int) -> bool:
    """Run in a process that dies at a checkpoint; whether it got that far."""

    def bomb(_name: str) -> None:
        nonlocal point
        point -= 1
        if point == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads (3.12)
        child = os.fork()
    if child == 0:
        try:
            work(bomb)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_while_packing_nothing_is_lost_and_the_next_run_finishes(tmp_path: Path) -> None:
    point, died = 0, True
    while died:
        point += 1
        folder = tmp_path / str(point)
        payloads = filled(folder)
        died = killed(lambda bomb, to=folder: compact(FolderArchive(to, bomb), LATER), point)  # type: ignore[misc]
        assert whole(folder, payloads), point
        archive = FolderArchive(folder)
        archive.sweep()
        assert whole(folder, payloads), point
        compact(archive, LATER)
        assert whole(folder, payloads), point
        left = [name for name in files(folder) if not name.endswith((".zip", ".idx"))]
        assert len(left) < FEWEST, (point, left)
    assert point > 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_while_removing_from_a_pack_the_others_stay(tmp_path: Path) -> None:
    point, died = 0, True
    while died:
        point += 1
        folder = tmp_path / str(point)
        payloads = filled(folder)
        compact(FolderArchive(folder), LATER)
        drop, *keep = payloads
        died = killed(
            lambda bomb, to=folder, sha=drop: FolderArchive(to, bomb).remove([sha], LATER),  # type: ignore[misc]
            point,
        )
        archive = FolderArchive(folder)
        archive.sweep()
        assert whole(folder, {sha: payloads[sha] for sha in keep}), point
        assert archive.remove([drop], LATER) == {drop}
        assert not archive.holds(drop), point
        assert whole(folder, {sha: payloads[sha] for sha in keep}), point
        assert len(list((folder / "packs").glob("*.zip"))) == 1
    assert point > 3


def test_a_folder_archive_loads_no_s3(tmp_path: Path) -> None:
    code = (
        "import sys; from gateway.store.archive import open_archive; open_archive(sys.argv[1]);"
        "assert not {'fsspec', 's3fs', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
