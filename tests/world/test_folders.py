"""Folders: there, mounted, writable, durable."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.pipeline.world import folders
from gateway.pipeline.world.folders import look_at, unmounted


def said(folder: Path, *, ours: bool = False, **tables: Path) -> list[tuple[str, str]]:
    return [
        (each.name, each.found.code if each.found else each.text)
        for each in look_at(folder, ours=ours, **tables)
    ]


def test_a_folder_of_ours_is_written_to_and_left_clean(tmp_path: Path) -> None:
    assert [name for name, _ in said(tmp_path, ours=True)] == ["folder", "fsync"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_others_is_only_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "write_synced", None)
    assert [name for name, _ in said(tmp_path)] == ["folder"]


def test_one_that_is_not_there_yet_can_be_made(tmp_path: Path) -> None:
    ((name, text),) = said(tmp_path / "in/order")
    assert name == "folder"
    assert "it is made when it is needed" in text
    assert not (tmp_path / "in").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("x")
    assert said(tmp_path / "in/order") == [("folder", "P241")]


def test_one_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders.os, "access", lambda *_arguments: False)
    assert said(tmp_path) == [("folder", "P241")]


def test_a_disk_that_does_not_keep_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "write_synced", full)
    (_, failed) = said(tmp_path, ours=True)
    assert failed == ("fsync", "P241")


def test_a_share_that_is_not_mounted(tmp_path: Path) -> None:
    share = tmp_path / "nas"
    share.mkdir()
    fstab, mounts = tmp_path / "fstab", tmp_path / "mounts"
    fstab.write_text(f"# table\nUUID=1 / ext4 defaults 0 1\n//nas/edi {share} cifs ro 0 0\n")
    mounts.write_text("proc /proc proc rw 0 0\n")
    tables = {"fstab": fstab, "mounts": mounts}
    assert unmounted(share / "in", **tables) == share
    assert said(share / "in", **tables) == [("mount", "P241")]
    mounts.write_text(f"proc /proc proc rw 0 0\n//nas/edi {share} cifs rw 0 0\n")
    ((name, text),) = said(share, **tables)
    assert (name, text) == ("folder", f"{share} (cifs)")
    assert unmounted(tmp_path / "other", **tables) is None
    assert unmounted(share, fstab=fstab, mounts=tmp_path / "none") is None
