"""What a preview shows, and that it changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.pipeline.replay import Preview, preview
from gateway.pipeline.replay.difference import Change, changes, line_changes, only_in
from gateway.problems import problem
from gateway.store import Filter, Message
from tests.pipeline.shop import ORDERS, ROOT, WITHOUT_NOTE, Shop
from tests.pipeline.world import contrl

NOTE = "Please deliver to gate 4: ring the bell"
UNITS = (ROOT / "mappings/codes/unit.csv").read_text(encoding="utf-8")
ORDERS_MAP = (ROOT / "mappings/edifact/orders.map").read_text(encoding="utf-8")
INVOIC_MAP = (ROOT / "mappings/edifact/invoic.map").read_text(encoding="utf-8")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "shop")
    yield made
    made.gateway.close()


@pytest.fixture
def processed(shop: Shop) -> Shop:
    shop.acme()
    shop.run()
    return shop


def show(shop: Shop, *which: Message, as_then: bool = False, resend: bool = False) -> Preview:
    ids = [row.id for row in which]
    return preview(shop.gateway.house, ids, as_then=as_then, resend=resend)


def test_nothing_is_different_with_the_same_settings(processed: Shop) -> None:
    shown = show(processed, *processed.rows(kind="message"))
    assert shown.counts == {"same": 2}
    assert [found.code for _, found in shown.refused] == ["P202"]


def test_a_changed_map_shows_in_document_problems_and_file(processed: Shop) -> None:
    good = processed.row(kind="message", state="acknowledged")
    processed.change(WITHOUT_NOTE)
    (found,) = show(processed, good).compared
    assert (found.id, found.what, found.verdict) == (good.id, "order PO-26-10417", "differs")
    assert (found.before, found.after) == ("acknowledged", "mapped")
    assert found.fields == (Change("note", NOTE, ""),)
    assert (found.gone, [each.code for each in found.new]) == ((), ["V511", "V511"])
    removed = [line for line in found.lines if line.startswith("-")]
    added = [line for line in found.lines if line.startswith("+")]
    assert [NOTE in line for line in removed] == [True] * len(removed)
    assert len(added) == len(removed) > 0
    (found,) = show(processed, good, as_then=True).compared
    assert found.verdict == "same"


def test_what_would_be_accepted_or_refused_now(processed: Shop) -> None:
    good = processed.row(kind="message", state="acknowledged")
    without = "".join(line for line in UNITS.splitlines(keepends=True) if ",PCE," not in line)
    processed.change({"mappings/codes/unit.csv": without})
    (found,) = show(processed, good).compared
    assert (found.verdict, found.after) == ("refused", "refused")
    assert found.new
    processed.acme(ORDERS.read_bytes().replace(b"1O:PCE", b"10:XX1").replace(b"4711", b"4712"))
    processed.change({"mappings/codes/unit.csv": UNITS})
    processed.run()
    unknown = processed.rows(kind="message")[-1]
    assert unknown.state == "refused"
    processed.change({"mappings/codes/unit.csv": f"{UNITS}barrel,XX1,BR\n"})
    (found,) = show(processed, unknown).compared
    assert (found.verdict, found.before, found.after) == ("accepted", "refused", "mapped")
    assert found.gone
    assert Change("lines[0].unit", "", "barrel") in found.fields


def test_the_whole_file_is_compared_message_by_message(processed: Shop) -> None:
    processed.change(WITHOUT_NOTE)
    for kind in ("file", "interchange"):
        shown = show(processed, processed.row(kind=kind))
        assert shown.counts == {"differs": 1, "same": 1}
        assert [each.id for each in shown.compared] == [
            row.id for row in processed.rows(kind="message")
        ]


def test_an_outbound_message_is_compared_by_segment_without_its_numbers(shop: Shop) -> None:
    shop.erp()
    shop.run()
    rows = shop.rows(kind="document")
    assert show(shop, *rows).counts == {"same": len(rows)}
    acme = next(row for row in rows if row.partner == "acme-retail")
    shop.change({"mappings/edifact/invoic.map": INVOIC_MAP.replace("DTM+137", "DTM+3")})
    (found,) = show(shop, acme).compared
    assert found.fields == ()
    issued = next(line for line in found.lines if line.startswith("-"))
    assert issued.startswith("-DTM+137:")
    assert issued.replace("-DTM+137", "+DTM+3") in found.lines
    assert not any("UNH" in line for line in found.lines)


def test_an_invoice_that_the_partner_refused_was_right_for_us(shop: Shop) -> None:
    shop.erp()
    shop.run()
    acme = next(row for row in shop.rows(kind="document") if row.partner == "acme-retail")
    shop.acme(contrl("77", "000000001", "4"), "contrl.edi")
    shop.run()
    assert shop.history(acme.id).message.state == "refused"
    assert show(shop, acme).counts == {"same": 1}


def test_an_unknown_sender_who_is_known_now(shop: Shop) -> None:
    stranger = ORDERS.read_bytes().replace(b"UNOC:3+4012345000009", b"UNOC:3+4012345000030")
    shop.acme(stranger.replace(b"1O:PCE", b"10:PCE"))
    shop.run()
    held = shop.row(kind="interchange")
    assert held.state == "held"
    (found,) = show(shop, held).compared
    assert (found.id, found.verdict, found.after) == (held.id, "same", "held")
    acme = (ROOT / "partners/acme-retail/partner.yaml").read_text(encoding="utf-8")
    known = acme.replace("edifact: {id: 4012345000009", "edifact: {id: 4012345000030")
    shop.change({"partners/acme-retail/partner.yaml": known})
    shown = show(shop, held)
    assert [each.what for each in shown.compared] == ["order PO-26-10417", "order PO-26-10418"]
    assert shown.counts == {"accepted": 2}


def test_an_interchange_that_its_trailer_refuses_stays_refused(shop: Shop) -> None:
    shop.acme(ORDERS.read_bytes().replace(b"UNZ+2", b"UNZ+3"))
    shop.run()
    shown = show(shop, shop.row(kind="interchange"))
    assert shown.counts == {"same": 2}
    assert {str(each.after) for each in shown.compared} == {"refused"}


def test_what_is_sent_again_is_the_same(processed: Shop) -> None:
    answer = processed.row(kind="acknowledgement")
    good = processed.row(kind="message", state="acknowledged")
    assert [each.after for each in show(processed, answer).compared] == ["sent"]
    assert [each.after for each in show(processed, good, resend=True).compared] == ["sent"]


def test_a_filter_counts_and_keeps_the_first_differences(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[preview.__module__], "DETAILED", 2)
    for number in range(4):
        shop.acme(ORDERS.read_bytes().replace(b"4711", f"481{number}".encode()), f"{number}.edi")
    shop.run()
    shop.change(WITHOUT_NOTE)
    shown = preview(shop.gateway.house, Filter(partner="acme-retail"), force=True)
    assert shown.counts == {"differs": 4, "same": 4}
    assert [bool(each.fields) for each in shown.compared if each.verdict == "differs"] == [
        True,
        True,
        False,
        False,
    ]


def test_what_was_replayed_and_what_makes_no_sense(processed: Shop) -> None:
    house = processed.gateway.house
    assert [found.code for _, found in preview(house, Filter()).refused] == ["P207"]
    assert [found.code for _, found in preview(house, [99]).refused] == ["P206"]
    processed.gateway.replay(processed.row(kind="message", state="refused").id, "x")
    processed.run()
    shown = preview(house, Filter(partner="acme-retail", state="refused"))
    assert [found.code for _, found in shown.skipped] == ["P205"]
    assert shown.counts == {"same": 1}  # the replay that was refused again


def test_settings_of_then_that_are_missing_are_said(processed: Shop) -> None:
    row = processed.row(kind="message", state="refused")
    processed.change(WITHOUT_NOTE)
    processed.gateway.house.restored.clear()
    with processed.gateway.house.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM snapshot")
    assert [found.code for _, found in show(processed, row, as_then=True).refused] == ["P210"]


def test_a_preview_changes_no_row_and_no_file(processed: Shop) -> None:
    processed.erp()
    processed.run()
    processed.change(WITHOUT_NOTE)
    before = processed.state()
    everything = processed.rows(kind="file") + list(processed.rows(kind="document"))
    for as_then in (False, True):
        show(processed, *everything, as_then=as_then)
        preview(processed.gateway.house, Filter(since=processed.clock()), as_then=as_then)
    assert processed.state() == before


# ---- differences


def test_documents_are_compared_field_by_field() -> None:
    before = b'{"a": "1", "lines": [{"q": "5"}, {"q": "7"}], "t": true}'
    after = b'{"a": "1", "lines": [{"q": "6"}], "n": {"x": "y"}, "t": true}'
    assert changes(before, after) == (
        Change("lines[0].q", "5", "6"),
        Change("lines[1].q", "7", ""),
        Change("n.x", "", "y"),
    )
    assert changes(b"", b"") == changes(before, before) == ()
    assert changes(b"", b'{"a": "1"}') == (Change("a", "", "1"),)


def test_problems_are_counted_not_only_named() -> None:
    one, other = problem("P127"), problem("P205", what="x", again=2, id=1)
    assert only_in([one, one, other], [one]) == (one, other)
    assert only_in([one], [one, one]) == ()


def test_lines_show_with_their_surroundings() -> None:
    assert line_changes(["a", "b", "c", "d"], ["a", "b", "x", "d"]) == (
        "@@ -2,3 +2,3 @@",
        " b",
        "-c",
        "+x",
        " d",
    )
    assert line_changes(["a"], ["a"]) == ()
