"""The archive keeps bytes as they came, once, whole or not at all."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from gateway.store.archive import Archive, Stored


class StopError(Exception):
    """A crash at a checkpoint."""


def test_what_is_put_is_what_is_read(tmp_path: Path) -> None:
    archive, data = Archive(tmp_path), b"UNB+UNOC:3\xfc\x00" * 200_000
    stored = archive.put_file(io.BytesIO(data))
    assert stored == Stored(hashlib.sha256(data).hexdigest(), len(data))
    assert b"".join(archive.chunks(stored.sha)) == data
    assert archive.slice(stored.sha, 3, 7) == data[3:10]
    assert archive.intact(stored.sha)


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.put_file(io.BytesIO(b"a")) == archive.put_file(io.BytesIO(b"a"))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_damage_on_disk_is_noticed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    stored = archive.put_file(io.BytesIO(b"whole"))
    archive.path(stored.sha).chmod(0o640)
    archive.path(stored.sha).write_bytes(b"other")
    assert not archive.intact(stored.sha)


def test_a_failing_source_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("stale handle")

    with pytest.raises(OSError, match="stale"):
        Archive(tmp_path).put_file(Broken())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("point", ["archive half", "archive written"])
def test_a_crash_before_the_rename_leaves_no_half_payload(tmp_path: Path, point: str) -> None:
    def crash(name: str) -> None:
        if name == point:
            raise StopError

    with pytest.raises(StopError):
        Archive(tmp_path, crash).put_file(io.BytesIO(b"x" * 10))
    assert not Archive(tmp_path).holds(hashlib.sha256(b"x" * 10).hexdigest())


def test_what_a_kill_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "half").write_bytes(b"ha")
    assert Archive(tmp_path).sweep() == 1
    assert Archive(tmp_path).sweep() == 0


def test_a_hash_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Archive(tmp_path).path("../../etc/passwd")
