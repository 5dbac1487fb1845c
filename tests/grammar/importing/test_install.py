"""Imported grammars come into the workspace whole or not at all, and are read from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar import Library
from gateway.grammar.directory import Directory
from gateway.grammar.importing import Imported, install
from gateway.grammar.library import packaged


@pytest.fixture
def imported() -> Imported:
    made = Directory(
        "edifact",
        "D24A",
        messages={"ORDERS": ["UNH M 1", "BGM M 1", "UNT M 1"]},
        segments={"BGM": "1225!"},
        elements={"1225": "an..3"},
    )
    return Imported(made)


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_it_is_found_there(imported: Imported, tmp_path: Path) -> None:
    folder = install(imported, tmp_path / "grammars")
    assert imported.usable
    assert folder == tmp_path / "grammars/edifact/D24A"
    assert files(folder) == ["ORDERS.txt", "elements.txt", "segments.txt"]
    library = Library(tmp_path / "grammars", packaged())
    assert library.message("edifact", "D24A", "ORDERS") is not None


def test_nothing_is_replaced_unasked(imported: Imported, tmp_path: Path) -> None:
    folder = install(imported, tmp_path)
    (folder / "ORDERS.txt").write_text("mine")
    install(imported, tmp_path)
    assert [one.code for one in imported.problems] == ["G508"]
    assert (folder / "ORDERS.txt").read_text() == "mine"
    again = Imported(imported.made)
    install(again, tmp_path, replace=True)
    assert again.usable
    assert (folder / "ORDERS.txt").read_text() != "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["edifact"]


@pytest.mark.parametrize("name", ["../x", "a b", "SERVICE4", "envelope00402", "Ä", "x" * 60, ".x"])
def test_a_name_that_leads_elsewhere(name: str, imported: Imported, tmp_path: Path) -> None:
    install(imported, tmp_path / "grammars", name)
    assert [one.code for one in imported.problems] == ["G510"]
    assert list(tmp_path.rglob("*")) == []


def test_another_name(imported: Imported, tmp_path: Path) -> None:
    assert install(imported, tmp_path, "acme24").name == "ACME24"
    assert (
        (tmp_path / "edifact/ACME24/ORDERS.txt").read_text().startswith("# edifact ACME24 ORDERS")
    )


def test_a_message_that_cannot_be_loaded_is_left_out(imported: Imported, tmp_path: Path) -> None:
    assert isinstance(imported.made, Directory)
    imported.made.messages["DESADV"] = ["UNH M 1", "XYZ M 1", "UNT M 1"]
    folder = install(imported, tmp_path)
    assert [one.code for one in imported.problems] == ["G509"]
    assert "ORDERS.txt" in files(folder)
    assert "DESADV.txt" not in files(folder)


def test_the_old_one_comes_back_when_the_new_one_cannot_be_moved(
    imported: Imported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install(imported, tmp_path)
    (folder / "ORDERS.txt").write_text("mine")
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if "new" in path.parts:
            raise OSError("the disk is gone")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(OSError, match="gone"):
        install(Imported(imported.made), tmp_path, replace=True)
    assert (folder / "ORDERS.txt").read_text() == "mine"
