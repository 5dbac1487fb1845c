"""Of a partner who changed one file, only the agreements that use it are looked at again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.config.realfolders import Real
from gateway.config.rowkeys import row_keys
from gateway.config.translationcheck import Checking
from tests.checking.test_remembered import PARTNER, check, edit

ORDER = {"document": "order", "mapping": "orders.map"}
INVOICE = {"document": "invoice", "guide": "strict.yaml"}


def changed(files: dict[str, bytes], name: str, *, whole: bool = False) -> list[bool]:
    """Which agreements have another key when a file has other bytes."""
    data = {"agreements": [ORDER, INVOICE]}
    before = row_keys(b"", data, files, whole=whole)
    after = row_keys(b"", data, {**files, name: files[name] + b"#"}, whole=whole)
    return [old != new for old, new in zip(before, after, strict=True)]


FILES = {"orders.map": b"overlay x.map", "strict.yaml": b"extends: y", "unit.csv": b"a"}


def test_a_file_belongs_to_the_agreement_that_names_it() -> None:
    assert changed(FILES, "orders.map") == [True, False]
    assert changed(FILES, "strict.yaml") == [False, True]


def test_a_file_that_is_no_map_or_guide_of_one_belongs_to_all() -> None:
    assert changed(FILES, "unit.csv") == [True, True]


def test_a_file_that_another_mentions_belongs_to_all() -> None:
    files = {**FILES, "strict.yaml": b"extends: Orders.map"}
    assert changed(files, "orders.map") == [True, True]


def test_with_programs_every_file_belongs_to_all() -> None:
    assert changed(FILES, "orders.map", whole=True) == [True, True]


def test_only_the_agreement_of_a_changed_overlay_is_looked_at(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(root)
    documents: list[str] = []
    of_agreement = Checking._agreement

    def noted(self: Checking, partner: object, agreement: object) -> object:
        documents.append(agreement.document)
        return of_agreement(self, partner, agreement)

    monkeypatch.setattr(Checking, "_agreement", noted)
    edit(PARTNER.format(3) + "orders.map", "DTM+69", "DTM+17")(root)
    assert check(root) == []
    assert documents == ["order"]
    edit(PARTNER.format(3) + "orders.map", "delivery.on", "delivery.off")(root)
    found = check(root)
    assert found and check(root, fresh=True) == found


@pytest.mark.parametrize(
    "written",
    ["a", "link", "link/b", "a/up/link/b/x", "loop/x", ".", "/", "a//b", "a/../link", "//x/y"],
)
def test_a_folder_is_where_its_links_lead(tmp_path: Path, written: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "a" / "up").symlink_to("..")
    assert Real(tmp_path).of(written) == os.path.realpath(tmp_path / written)
