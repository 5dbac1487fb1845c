"""A rename never overwrites, with and without help of the kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.store import durable


@pytest.fixture(params=["kernel", "portable"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "portable":
        monkeypatch.setattr(durable, "_renameat2", lambda: None)


@pytest.mark.usefixtures("_way")
def test_a_rename_moves(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    durable.rename_new(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"1"
    assert not (tmp_path / "a").exists()


@pytest.mark.usefixtures("_way")
def test_a_rename_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    with pytest.raises(FileExistsError):
        durable.rename_new(tmp_path / "a", tmp_path / "b")
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"1", b"2")


@pytest.mark.usefixtures("_way")
def test_a_rename_says_when_the_source_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        durable.rename_new(tmp_path / "a", tmp_path / "b")
