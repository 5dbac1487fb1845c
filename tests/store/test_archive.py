"""What every archive keeps to: in a folder, in a folder with packs, in an S3 store."""

from __future__ import annotations

import hashlib
import io
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.store.archive import Archive, FolderArchive, Stored, open_archive
from gateway.store.archive.compact import compact

PAST = datetime(2020, 5, 17, tzinfo=UTC)
TOMORROW = datetime.now(UTC) + timedelta(days=1)


class Packing(FolderArchive):
    """Packs each payload as soon as it is read."""

    def put_file(self, source: io.BytesIO) -> Stored:  # type: ignore[override]
        stored = super().put_file(source)
        os.utime(self.path(stored.sha), (PAST.timestamp(), PAST.timestamp()))
        compact(self, TOMORROW)
        return stored


@pytest.fixture(params=["folder", "packs", "s3"])
def archive(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Archive:
    if request.param == "s3":
        return open_archive(request.getfixturevalue("bucket"))
    if request.param == "packs":
        monkeypatch.setattr("gateway.store.archive.compact.FEWEST", 1)
        return Packing(tmp_path / "archive")
    return open_archive(tmp_path / "archive")


def put(archive: Archive, data: bytes) -> Stored:
    return archive.put_file(io.BytesIO(data))


@pytest.mark.parametrize("size", [0, 1, 2_400_000, 9_000_001])
def test_what_is_put_is_what_is_read(archive: Archive, size: int) -> None:
    data = random.Random(size).randbytes(size)
    stored = put(archive, data)
    assert stored == Stored(hashlib.sha256(data).hexdigest(), size)
    assert b"".join(archive.chunks(stored.sha)) == data
    assert all(len(piece) <= 1000 for piece in archive.chunks(stored.sha, 1000))
    assert archive.intact(stored.sha)
    assert archive.holds(stored.sha)
    assert archive.size(stored.sha) == size


def test_a_part_is_what_slicing_gives(archive: Archive) -> None:
    data = b"UNB+UNOC:3\xfc\x00" * 1000
    sha = put(archive, data).sha
    for offset, size in ((0, 10), (3, 7), (11_990, 100), (12_000, 5), (50_000, 5), (7, 0)):
        assert archive.slice(sha, offset, size) == data[offset : offset + size], (offset, size)


def test_the_same_bytes_are_kept_once_and_everything_is_told(archive: Archive) -> None:
    assert put(archive, b"a") == put(archive, b"a")
    put(archive, b"bb")
    assert {(held.sha, held.size) for held in archive.held()} == {
        (hashlib.sha256(data).hexdigest(), len(data)) for data in (b"a", b"bb")
    }
    assert all(held.since.tzinfo is not None for held in archive.held())
    sha = hashlib.sha256(b"bb").hexdigest()
    assert [held.sha for held in archive.held(sha[:2])] == [sha]
    assert not list(archive.held("00"))


def test_what_is_not_there_is_said(archive: Archive) -> None:
    sha = "0" * 64
    assert not archive.holds(sha)
    assert archive.size(sha) is None
    assert not archive.intact(sha)
    with pytest.raises(FileNotFoundError):
        list(archive.chunks(sha))
    with pytest.raises(FileNotFoundError):
        archive.slice(sha, 0, 1)


def test_what_is_removed_is_gone_and_may_come_again(archive: Archive) -> None:
    keep, drop = put(archive, b"keep" * 9).sha, put(archive, b"drop").sha
    missing = "0" * 64
    assert archive.remove({drop, missing}, TOMORROW) == {drop, missing}
    assert not archive.holds(drop)
    assert b"".join(archive.chunks(keep)) == b"keep" * 9
    assert {held.sha for held in archive.held()} == {keep}
    assert archive.holds(put(archive, b"drop").sha)


def test_payloads_are_copied_into_a_folder(archive: Archive, tmp_path: Path) -> None:
    shas = [put(archive, bytes([number]) * 50).sha for number in range(5)]
    told: list[int] = []
    missing = archive.copy_to([*shas, "0" * 64], tmp_path / "copy", told.append)
    assert missing == {"0" * 64}
    copy = FolderArchive(tmp_path / "copy")
    assert all(copy.intact(sha) for sha in shas)


def test_a_failing_source_leaves_nothing(archive: Archive) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("stale handle")

    with pytest.raises(OSError, match="stale"):
        archive.put_file(Broken())
    assert not list(archive.held())
    assert archive.sweep() == 0


def test_a_hash_is_no_path(archive: Archive) -> None:
    for ask in (archive.holds, archive.size, archive.intact):
        with pytest.raises(ValueError, match="SHA-256"):
            ask("../../etc/passwd")


def test_bytes_that_came_again_are_young(archive: Archive) -> None:
    put(archive, b"same")
    sha = put(archive, b"same").sha
    if not isinstance(archive, Packing):
        assert archive.remove({sha}, datetime.now(UTC) - timedelta(days=1)) == set()
        assert archive.holds(sha)


class StopError(Exception):
    """A crash at a checkpoint."""


@pytest.mark.parametrize("point", ["archive half", "archive written"])
def test_a_crash_before_the_rename_leaves_no_half_payload(tmp_path: Path, point: str) -> None:
    def crash(name: str) -> None:
        if name == point:
            raise StopError

    with pytest.raises(StopError):
        FolderArchive(tmp_path, crash).put_file(io.BytesIO(b"x" * 10))
    assert not FolderArchive(tmp_path).holds(hashlib.sha256(b"x" * 10).hexdigest())


def test_what_a_kill_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "half").write_bytes(b"ha")
    archive = FolderArchive(tmp_path)
    assert archive.sweep(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert archive.sweep() == 1
    assert archive.sweep() == 0


def test_damage_on_disk_is_noticed(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    stored = archive.put_file(io.BytesIO(b"whole"))
    archive.path(stored.sha).chmod(0o640)
    archive.path(stored.sha).write_bytes(b"other")
    assert not archive.intact(stored.sha)


def test_bytes_that_come_again_mend_a_damaged_copy(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    sha = archive.put_file(io.BytesIO(b"whole")).sha
    archive.path(sha).chmod(0o640)
    archive.path(sha).write_bytes(b"other")
    archive.put_file(io.BytesIO(b"whole"))
    assert archive.intact(sha)


def test_a_payload_that_comes_again_while_it_is_removed_stays(tmp_path: Path) -> None:
    archive, data = FolderArchive(tmp_path), b"once more"
    sha = archive.put_file(io.BytesIO(data)).sha
    os.utime(archive.path(sha), (PAST.timestamp(), PAST.timestamp()))
    archive._dying.mkdir()
    archive.path(sha).rename(archive._dying / sha)  # killed in the middle of a removal
    assert b"".join(archive.chunks(sha)) == data
    archive.put_file(io.BytesIO(data))
    assert archive.sweep() == 0
    assert archive.intact(sha)
    assert not list(archive._dying.iterdir())
