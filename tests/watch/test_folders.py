"""An ERP that exports nothing, and files that nobody takes, are noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.pipeline.house import inboxes
from tests.pipeline.world import GATEWAY, make
from tests.watch.kit import TOLD, Watched

EXPECT = '{invoice: {by: "12:00", zone: Europe/Paris}}'
MARKED = "{by: marker}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Watched]:
    """An invoice is expected of the ERP by noon; its files have markers."""
    opened = Watched(tmp_path)
    receive = f"receive: {{folder: erp/in, expect: {EXPECT}, ready: {MARKED}}}"
    text = GATEWAY.replace("receive: {folder: erp/in}", receive) + TOLD
    opened.house.workspace = make(tmp_path, {"gateway.yaml": text})
    opened.house.inboxes = {each.source: each for each in inboxes(opened.house.workspace)}
    yield opened
    opened.store.close()


def export(house: Watched, **more: object) -> int:
    row = {"kind": "file", "direction": "out", "partner": "", "source": "erp/invoice"}
    return house.add(**(row | {"state": "split"} | more))


def test_an_erp_that_is_silent_is_an_alarm_until_a_file_comes(house: Watched) -> None:
    house.round(minutes=105)
    assert house.keys() == [], "11:59"
    house.round(minutes=1)
    (one,) = house.alarms()
    assert (one.key, one.found.code) == ("erp-silence/invoice", "A150")
    assert one.found.sentence.startswith(
        "the ERP exported no invoice on 2026-03-02, although one is expected by 12:00 "
        "(Europe/Paris) in "
    )
    export(house, source="erp/order")
    house.round(hours=30)
    assert house.keys() == ["erp-silence/invoice"], "it stays until one comes"
    export(house, state="refused")
    house.round(minutes=1)
    assert house.keys() == [], "whatever was wrong with it"


def test_an_export_in_time_is_no_alarm(house: Watched) -> None:
    export(house)
    house.round(minutes=106)
    assert house.keys() == []


def test_a_file_that_nobody_takes_is_an_alarm(house: Watched) -> None:
    export(house)
    folder = house.workspace.root / "erp/in/invoice"
    folder.mkdir(parents=True)
    path = folder / "a.csv"
    path.write_bytes(b"H;1\n")
    written = path.stat().st_ctime
    house.clock.now = house.clock.now.fromtimestamp(written + 3500, house.clock.now.tzinfo)
    export(house)
    house.round()
    assert house.keys() == []
    house.round(seconds=200)
    (one,) = house.alarms()
    assert (one.key, one.found.code) == ("lying/erp/invoice", "A151")
    assert "a.csv" in one.found.sentence
    assert one.found.sentence.endswith("there is no a.csv.done beside it")
    path.unlink()
    house.round(minutes=1)
    assert house.keys() == []


def test_a_file_of_the_erp_where_nobody_looks_is_an_alarm(house: Watched) -> None:
    export(house)
    folder = house.workspace.root / "erp/in"
    for name in ("invoices/a.csv", "b.csv", "README.txt", "invoices/c.csv.tmp", ".x/d.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"H;1\n")
    came = (folder / "b.csv").stat().st_ctime
    house.clock.now = house.clock.now.fromtimestamp(came + 500, house.clock.now.tzinfo)
    export(house)
    house.round()
    assert house.keys() == [], "somebody may still move it"
    house.round(seconds=200)
    found = {each.key: each.found for each in house.alarms()}
    assert {each.code for each in found.values()} == {"A152"}
    assert sorted(found) == ["astray/", "astray/invoices"]
    assert found["astray/invoices"].sentence == (
        f"files lie in {folder}/invoices, from where nothing is taken (1 in all); the first is "
        "a.csv"
    )
    assert found["astray/invoices"].remedy.endswith("; did you mean invoice?")
    assert "the first is b.csv" in found["astray/"].sentence
    (folder / "b.csv").unlink()
    (folder / "invoices/a.csv").unlink()
    house.round(minutes=1)
    assert house.keys() == []
