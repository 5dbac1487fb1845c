"""What partners send: delivered, refused, held; answered once each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.pipeline import State, shelf
from gateway.store import Filter
from tests.pipeline.world import ACME, GATEWAY, World, orders, purchase_orders, visible


def test_orders_become_files_for_the_erp_and_are_answered(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"]))
    summary = world.run()
    assert (summary.files, summary.messages, summary.delivered, summary.sent) == (1, 2, 2, 1)
    assert summary.clean
    assert list(world.orders()) == [
        "order_acme-retail_PO1_000003.csv",
        "order_acme-retail_PO2_000004.csv",
    ]
    assert "H;PO1;2026-03-02;4012345000009\nL;1;4012345610017;5;2.50\n" in world.orders().values()
    (answer,) = world.sent().values()
    assert "UCI+4711+4012345000009:14+4098765000003:14+7'" in answer
    assert {row.state for row in world.rows(kind="message")} == {State.ACKNOWLEDGED}
    assert world.row(kind="interchange").state == State.ACKNOWLEDGED
    assert world.row(kind="acknowledgement").state == State.DELIVERED
    assert not world.errors()


def test_the_original_lies_unchanged_in_the_archive(world: World) -> None:
    data = orders()
    world.acme("a.edi", data)
    world.run()
    assert visible(world.root / "acme/in") == []
    assert (world.root / "acme/in/archive/2026/03/02/a.edi").read_bytes() == data
    row = world.row(kind="file")
    assert world.gateway.payload(row) == data
    message = world.row(kind="message")
    assert world.gateway.payload(message) == data[data.index(b"UNH") : data.index(b"UNZ")]
    document = json.loads(world.gateway.document(message) or b"")
    assert document["number"] == "PO1"
    assert document["lines"][0]["quantity"] == "5"


def test_one_bad_message_does_not_stop_the_others(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2", "PO3"], quantity={"PO2": "1O"}))
    summary = world.run()
    assert (summary.messages, summary.refused, summary.delivered) == (2, 1, 2)
    (answer,) = world.sent().values()
    assert "UCM+2+ORDERS:D:96A:UN:EAN008+4'" in answer
    assert "UCM+1" not in answer
    refused = world.row(kind="message", state="refused")
    assert (refused.number, world.codes(refused.id)) == ("PO2", ["G208"])
    report = world.errors()["a.edi.error.txt"].encode("latin-1").decode()
    assert "2 of 3 messages were taken over, 1 refused" in report
    assert "QTY+21:1O'" in report
    assert "^^" in report


def test_x12_is_answered_with_997(world: World) -> None:
    world.northwind("a.x12", purchase_orders(88, ["N1", "N2"]))
    assert world.run().delivered == 2
    (answer,) = world.sent("northwind").values()
    assert "AK1*PO*88~AK2*850*0001~AK5*A~AK2*850*0002~AK5*A~AK9*A*2*2*2~" in answer


def test_a_wrong_count_refuses_the_whole_interchange(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"], count=3))
    summary = world.run()
    assert world.orders() == {}
    assert summary.refused >= 1
    assert {row.state for row in world.rows(kind="message")} == {State.REFUSED}
    assert world.row(kind="interchange").state == State.REFUSED
    (answer,) = world.sent().values()
    assert "UCI+4711+4012345000009:14+4098765000003:14+4+29" in answer


def test_a_wrong_count_of_a_group_refuses_its_sets(world: World) -> None:
    world.northwind("a.x12", purchase_orders(88, ["N1"], sets=2))
    world.run()
    assert world.orders() == {}
    assert world.row(kind="message").state == State.REFUSED
    (answer,) = world.sent("northwind").values()
    assert "AK9*R*2*1*0*5~" in answer


def test_a_file_that_is_cut_off_is_refused_and_delivers_nothing(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"])[:-60])
    summary = world.run()
    assert summary.refused >= 1
    assert world.orders() == {}
    assert "a.edi.error.txt" in world.errors()


# ---- repeats


def test_a_repeat_gets_the_same_answer_and_is_processed_once(world: World) -> None:
    world.acme("a.edi", orders())
    world.run()
    first = world.sent()
    world.acme("b.edi", orders())
    summary = world.run()
    assert (summary.repeats, summary.messages, summary.delivered) == (1, 0, 0)
    assert len(world.orders()) == 1
    assert set(world.sent().values()) == set(first.values())
    assert len(world.sent()) == 2
    repeat = world.rows(kind="interchange")[-1]
    assert (repeat.state, world.codes(repeat.id)) == (State.ACKNOWLEDGED, ["P110"])


def test_a_repeat_with_other_line_breaks_is_a_repeat(world: World) -> None:
    world.acme("a.edi", orders())
    world.acme("b.edi", orders().replace(b"'", b"'\r\n"))
    assert world.run().repeats == 1
    assert len(world.orders()) == 1


def test_a_repeat_with_other_content_is_refused(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.acme("b.edi", orders("4711", ["PO2"]))
    summary = world.run()
    assert (summary.messages, summary.refused, len(world.orders())) == (1, 1, 1)
    answers = world.sent().values()
    assert any("UCI+4711+4012345000009:14+4098765000003:14+4+26'" in each for each in answers)
    refused = world.row(kind="interchange", state="refused")
    assert world.codes(refused.id) == ["P111"]
    assert "came before with other content" in world.errors()["b.edi.error.txt"]


def test_a_corrected_interchange_may_keep_the_reference_of_the_refused_one(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1", "PO2"], count=3))
    assert (world.run().refused, len(world.orders())) == (1, 0)
    world.acme("b.edi", orders("4711", ["PO1", "PO2"]))
    summary = world.run()
    assert (summary.messages, summary.refused, len(world.orders())) == (2, 0, 2)
    world.acme("c.edi", orders("4711", ["PO1", "PO2"]))
    assert (world.run().repeats, len(world.orders())) == (1, 2)


def test_an_x12_number_with_other_content_gets_ta1_025(world: World) -> None:
    world.northwind("a.x12", purchase_orders(88, ["N1"]))
    world.northwind("b.x12", purchase_orders(88, ["N2"]))
    world.run()
    assert len(world.orders()) == 1
    assert any(
        "TA1*000000088*260302*0914*R*025~" in text for text in world.sent("northwind").values()
    )


def test_after_the_window_a_reference_is_new(world: World) -> None:
    world.acme("a.edi", orders("4711", ["PO1"]))
    world.run()
    world.clock.forward(days=31)
    world.acme("b.edi", orders("4711", ["PO2"]))
    assert world.run().messages == 1
    assert len(world.orders()) == 2


# ---- who and what


@pytest.mark.parametrize(
    ("data", "code", "state", "answer"),
    [
        (orders(sender="4012345000016:14"), "P101", "held", None),
        (orders(receiver="4012345000016:14"), "P102", "refused", "+4+7'"),
        (orders(kind="INVOIC:D:96A:UN:EAN008"), "P104", "refused", "+4+17'"),
        (orders(kind="ORDERS:D:01B:UN:EAN010"), "P105", "refused", "+4+14'"),
        (orders(test=True), "P107", "refused", "+4+25'"),
    ],
)
def test_who_sends_what(
    world: World, data: bytes, code: str, state: str, answer: str | None
) -> None:
    world.acme("a.edi", data)
    world.run()
    assert world.orders() == {}
    found = [row for row in world.rows(problem=code) if row.kind in ("interchange", "message")]
    assert [row.state for row in found] == [state]
    assert f"Code:        {code}" in world.errors()["a.edi.error.txt"]
    if answer is None:
        assert world.sent() == {}
    else:
        assert any(answer in text for text in world.sent().values()), world.sent()


def test_one_partner_cannot_speak_for_another(world: World) -> None:
    world.acme("a.x12", purchase_orders())
    world.run()
    assert world.row(kind="interchange").state == State.HELD
    assert world.rows(problem="P103")
    assert world.sent("northwind") == {}


def test_a_message_without_grammar_is_refused_and_answered(world: World) -> None:
    grammars = world.root / "grammars/edifact/D96A"
    grammars.mkdir(parents=True)  # the workspace's directory replaces the packaged one
    for name in ("segments.txt", "elements.txt", "composites.txt", "codes.txt"):
        packaged = Path(__file__).parents[2] / "grammars/edifact/D96A" / name
        (grammars / name).write_text(packaged.read_text())
    world.reload()
    world.acme("a.edi", orders())
    world.run()
    assert world.rows(problem="P106")
    assert any("+4+15'" in text for text in world.sent().values())


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty.edi", b"", "T101"),
        ("blank.edi", b" \r\n", "T101"),
        ("picture.edi", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "T102"),
        ("orders.xml", b"<?xml version='1.0'?><a/>", "T102"),
        ("orders.json", b"{}", "T102"),
        ("orders.txt", b"please find attached\n", "T102"),
    ],
)
def test_what_is_no_interchange(world: World, name: str, data: bytes, code: str) -> None:
    world.acme("ok.edi", orders())
    world.acme(name, data)
    summary = world.run()
    assert summary.delivered == 1
    row = world.row(kind="file", state="refused")
    assert world.codes(row.id) == [code]
    assert (world.root / "acme/in/archive/2026/03/02" / name).read_bytes() == data
    assert world.errors()[name].encode("latin-1") == data
    assert json.loads(world.errors()[f"{name}.error.json"])["problems"][0]["code"] == code


def test_a_file_above_the_limit_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path, {"gateway.yaml": GATEWAY + "limits: {file: 200B}\n"})
    world.acme("a.edi", orders())
    world.run()
    assert world.codes(world.row(kind="file").id) == ["T108"]
    world.gateway.close()


@pytest.mark.parametrize("name", ["a" * 255, "b." + "c" * 253, "ü" * 120 + ".edi", "a b;c'd.edi"])
def test_strange_names_get_a_report_all_the_same(world: World, name: str) -> None:
    for _ in range(2):
        world.acme(name, b"nothing\n")
        world.run()
    assert len(world.rows(kind="file", state="refused")) == 2
    assert len(world.errors()) == 6
    assert visible(world.root / "acme/in") == []
    assert not list((world.root / "acme/in/work").iterdir())


def test_several_interchanges_in_one_file(world: World) -> None:
    world.acme("a.edi", orders("1", ["PO1"]) + b"\r\n" + orders("2", ["PO2"]))
    assert world.run().messages == 2
    assert [row.reference for row in world.rows(kind="interchange")] == ["1", "2"]
    assert len(world.sent()) == 2


def test_junk_between_interchanges_is_reported_and_costs_neither(world: World) -> None:
    world.acme("a.edi", orders("1", ["PO1"]) + b"\r\nHELLO\r\n" + orders("2", ["PO2"]))
    world.run()
    assert world.codes(world.row(kind="file").id)
    assert len(world.orders()) == 2
    assert set(world.errors()) == {"a.edi", "a.edi.error.txt", "a.edi.error.json"}


# ---- held


@pytest.mark.parametrize(("mode", "code"), [("paused", "P108"), ("test", "P109")])
def test_what_waits_for_a_person(tmp_path: Path, mode: str, code: str) -> None:
    text = ACME.replace("mode: live", f"mode: {mode}")
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    world.acme("a.edi", orders())
    world.run()
    held = world.row(kind="message")
    assert (held.state, world.codes(held.id)) == (State.HELD, [code])
    assert world.orders() == {}
    (answer,) = world.sent().values()
    assert "UCI+4711+4012345000009:14+4098765000003:14+7'UNT" in answer
    world.reload({})
    world.gateway.replay(held.id, "live since today")
    world.run()
    assert len(world.orders()) == 1
    assert len(world.sent()) == 1
    world.gateway.close()


def test_without_a_map_the_message_is_held_and_goes_on_after_the_repair(tmp_path: Path) -> None:
    world = World(tmp_path, broken=True)
    world.acme("a.edi", orders())
    assert world.run().held == 1
    held = world.row(kind="message")
    assert world.codes(held.id) == ["P120"]
    found = world.gateway.message(held.id)
    assert found is not None
    assert f"gateway replay {held.id} --reason" in found.problems[0].remedy
    world.reload()
    world.gateway.replay(held.id, "map repaired")
    world.run()
    assert list(world.orders()) == ["order_acme-retail_PO1_000007.csv"]
    world.gateway.close()


def test_a_bug_of_ours_holds_one_message_and_nothing_else(world: World) -> None:
    data = orders("4711", ["PO1", "PO2"]).replace(b"BGM+220+PO2", b"BGM+220+explode")
    world.acme("a.edi", data)
    summary = world.run()
    assert (summary.messages, summary.held) == (1, 1)
    held = world.row(kind="message", state="held")
    assert world.codes(held.id) == ["P190"]
    assert len(world.orders()) == 1


def test_an_agreement_without_acknowledgement_is_not_answered(tmp_path: Path) -> None:
    text = ACME.replace("mode: live}", "mode: live, acknowledge: {syntax: none}}")
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    world.acme("a.edi", orders())
    world.run()
    assert len(world.orders()) == 1
    assert world.sent() == {}
    assert world.row(kind="interchange").state == State.SPLIT
    world.gateway.close()


def test_without_a_folder_to_answer_to_the_answer_is_held(tmp_path: Path) -> None:
    text = ACME.replace('    send: {folder: acme/out, name: "{message}_{control}.edi"}\n', "")
    text = text.replace(
        "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}\n", ""
    )
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    world.acme("a.edi", orders())
    world.run()
    assert len(world.orders()) == 1
    held = world.row(kind="acknowledgement")
    assert (held.state, world.codes(held.id)) == (State.HELD, ["P123"])
    world.gateway.close()


# ---- size


def test_a_large_interchange_is_written_in_batches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "BATCH", 7)
    numbers = [f"PO{n}" for n in range(100)]
    world.acme("a.edi", orders("4711", numbers, quantity={"PO50": "x"}))
    summary = world.run()
    assert (summary.messages, summary.refused, summary.delivered) == (99, 1, 99)
    rows = world.gateway.messages(Filter(kind="message", limit=500))
    assert sorted(row.ordinal or 0 for row in rows) == list(range(100))
