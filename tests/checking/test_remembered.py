"""A check that remembers says what a check that looks at everything says."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.commands.check import checked
from gateway.config import mapcheck, remembered
from gateway.config.remembered import FILE
from gateway.config.translationcheck import Checking
from gateway.problems import Problem

PARTNER = "partners/partner-{:04d}/"
Change = Callable[[Path], None]


def check(root: Path, *, fresh: bool = False) -> list[Problem]:
    workspace, problems = checked(root, fresh=fresh, tell=lambda done, of: None)
    assert workspace is not None
    return problems


def edit(file: str, old: str, new: str) -> Change:
    def change(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the partners whose maps are looked at from now on."""
    names: list[str] = []
    of_partner = Checking.of_partner

    def noted(self: Checking, partner: object) -> object:
        names.append(partner.partner)
        return of_partner(self, partner)

    monkeypatch.setattr(Checking, "of_partner", noted)
    return names


def test_what_did_not_change_is_not_looked_at_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check(root) == []
    names = looked_at(monkeypatch)
    assert check(root) == []
    assert names == []
    edit(PARTNER.format(4) + "orders.map", "DTM+69", "DTM+17")(root)
    assert check(root) == []
    assert names == ["partner-0004"]
    assert check(root, fresh=True) == []
    assert len(names) > 5


def test_another_version_of_the_package_looks_at_everything(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(root)
    names = looked_at(monkeypatch)
    monkeypatch.setattr(remembered, "_package", lambda: b"another one")
    check(root)
    assert len(names) > 5


def test_a_change_that_concerns_no_map_looks_at_none(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(root)
    names = looked_at(monkeypatch)
    edit(PARTNER.format(5) + "partner.yaml", "name: Partner", "# why\nname: Partner")(root)
    assert check(root) == []
    assert names == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (edit(PARTNER.format(0) + "partner.yaml", "like: retail", "like: retial"), "C120"),
        (edit(PARTNER.format(3) + "orders.map", "delivery.on", "delivery.off"), "M301"),
        (edit(PARTNER.format(5) + "orders.yaml", "BGM:", "BGN:"), "G4"),
        (edit(PARTNER.format(7) + "unit.csv", "piece", "peace"), "C2"),
        (edit("partners/_like/retail.yaml", "D.96A", "D.92B"), "C202"),
        (edit("partners/_own.yaml", "x12:", "# x12:"), "C113"),
        (edit("gateway.yaml", "order: csv", "order: cvs"), "C206"),
        (lambda root: (root / PARTNER.format(7) / "unit.csv").unlink(), "C201"),
        (edit(PARTNER.format(1) + "partner.yaml", "4000000000013", "4000000000006"), "C301"),
        (lambda root: (root / PARTNER.format(1) / "samples/nothing").mkdir(parents=True), "C231"),
    ],
)
def test_every_change_is_noticed(root: Path, change: Change, code: str) -> None:
    check(root)
    change(root)
    found = check(root)
    assert any(each.code.startswith(code) for each in found), [str(each) for each in found]
    assert check(root) == found
    assert check(root, fresh=True) == found


@pytest.mark.parametrize(
    "damaged",
    [b"", b"{", b"[]", b"null", b'{"form": 0}', b'{"form": 2}', b'{"form": 2}\n', b"\xff\x00",
     b'{"form": 2}\n{}', b'{"form": 2}\n[]', b'{"form": 2}\n{"name":', b"[" * 100_000],
)  # fmt: skip
def test_a_damaged_cache_is_none(new: Path, damaged: bytes) -> None:
    (new / FILE).parent.mkdir(parents=True)
    (new / FILE).write_bytes(damaged)
    assert check(new) == []


def test_a_cache_whose_entries_are_damaged_is_none(root: Path) -> None:
    edit(PARTNER.format(3) + "orders.map", "delivery.on", "delivery.off")(root)
    found = check(root)
    head, *lines = (root / FILE).read_text(encoding="utf-8").split("\n")
    spoilt = {"data": {"partner": 4}, "marks": {"agreements": "[[4]]"}}
    rows = [json.dumps(json.loads(line) | spoilt) for line in lines]
    (root / FILE).write_text("\n".join([head, *rows]), encoding="utf-8")
    assert check(root) == found


@pytest.mark.skipif(os.name == "nt", reason="modes, links and pipes of Unix")
def test_a_cache_that_others_could_have_written_is_none(root: Path) -> None:
    edit(PARTNER.format(3) + "orders.map", "delivery.on", "delivery.off")(root)
    found = check(root)
    text = (root / FILE).read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.split("\n")]
    forged = [json.dumps({**row, "maps": []} if "maps" in row else row) for row in rows]
    (root / FILE).write_text("\n".join(forged), encoding="utf-8")
    assert check(root) != found, "whoever writes it decides what it says"
    (root / FILE).write_text("\n".join(forged), encoding="utf-8")
    (root / FILE).chmod(0o620)
    assert check(root) == found
    elsewhere = root / "forged.json"
    elsewhere.write_text("\n".join(forged), encoding="utf-8")
    (root / FILE).unlink()
    (root / FILE).symlink_to(elsewhere)
    assert check(root) == found
    (root / FILE).unlink()
    os.mkfifo(root / FILE)
    assert check(root) == found


def test_the_cache_is_for_its_owner_alone(new: Path) -> None:
    check(new)
    assert stat.S_IMODE((new / FILE).stat().st_mode) == 0o600
    assert [each.name for each in (new / FILE).parent.iterdir()] == ["check.json"]


def test_an_address_with_a_key_in_it_is_not_kept(root: Path) -> None:
    channel = "as2: {id: X, url: 'https://x.example/as2?key=4711'}"
    old = (
        '    kind: folder\n    receive: {folder: "var/partners/partner-0003/in", match: "*.edi"}\n'
    )
    send = '    send: {folder: "var/partners/partner-0003/out"}\n'
    new = f"    kind: as2\n    {channel}\n"
    edit(PARTNER.format(3) + "partner.yaml", old + send, new)(root)
    found = check(root)
    assert check(root) == found
    kept = (root / FILE).read_text(encoding="utf-8")
    assert "partner-0004" in kept
    assert "4711" not in kept


def test_without_a_place_for_the_cache_it_works_without(new: Path) -> None:
    (new / "var").write_text("no folder", encoding="utf-8")
    assert check(new) == []


def test_processes_find_what_one_finds(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (3, 4, 5, 7):
        edit(PARTNER.format(number) + "partner.yaml", "D.96A EAN008", "D.96A EAN009")(root)
    edit(PARTNER.format(3) + "orders.map", "delivery.on", "delivery.off")(root)
    alone = check(root, fresh=True)
    monkeypatch.setattr(mapcheck, "FEW", 2)
    monkeypatch.setattr(mapcheck, "_CHUNK", 1)
    monkeypatch.setattr(mapcheck.os, "cpu_count", lambda: 2)
    assert check(root, fresh=True) == alone
