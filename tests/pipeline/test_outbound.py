"""What the ERP drops: sent to partners, refused alone, never twice; and what partners answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.pipeline import State
from tests.pipeline.world import (
    ACME,
    NORTHWIND,
    World,
    contrl,
    functional,
    invoices,
    visible,
)


def test_invoices_travel_in_one_interchange_per_partner(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I2"]) + invoices(["J1"], gln="0012345000003"))
    summary = world.run()
    assert (summary.documents, summary.sent) == (3, 2)
    assert summary.clean
    sent = world.sent()["INVOIC_000000001.edi"]
    assert sent.startswith("UNA:+.? 'UNB+UNOC:3+4098765000003:14+4012345000009:14+260302:0914+")
    assert "BGM+380+I1+9'" in sent
    assert "BGM+380+I2+9'" in sent
    assert sent.endswith("UNZ+2+000000001'")
    assert "BIG*20260302*J1~" in world.sent("northwind")["810_000000001.x12"]
    assert {row.state for row in world.rows(kind="document")} == {State.DELIVERED}


def test_one_bad_document_of_fifty_is_written_out_alone(world: World) -> None:
    numbers = [f"I{n:02}" for n in range(50)]
    world.erp("a.csv", invoices(numbers, quantity={"I17": "five"}))
    summary = world.run()
    assert (summary.documents, summary.refused) == (49, 1)
    assert "UNZ+49+" in world.sent()["INVOIC_000000001.edi"]
    errors = world.errors("erp/in/invoice")
    assert errors["a.csv"] == "H;I17;2026-03-02;4012345000009\nL;1;4012345610017;five;2.50\n"
    text = errors["a.csv.error.txt"]
    assert "49 of 50 documents were taken over, 1 refused" in text
    assert "1. Invoice I17, line 36" in text
    assert "   Value:       five\n" in text
    assert json.loads(errors["a.csv.error.json"])["refused_alone"] == "a.csv"
    refused = world.row(kind="document", state="refused")
    assert refused.number == "I17"


def test_the_mended_file_is_taken_and_sent_once(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I2"], quantity={"I2": "x"}))
    world.run()
    mended = world.errors("erp/in/invoice")["a.csv"].replace(";x;", ";7;")
    world.erp("a.csv", mended.encode())
    assert world.run().documents == 1
    assert [name for name, text in world.sent().items() if "+I2+" in text] == [
        "INVOIC_000000002.edi"
    ]
    archive = world.root / "erp/in/invoice/archive/2026/03/02"
    assert visible(archive) == ["a-2.csv", "a.csv"]


def test_the_same_bytes_again_are_not_sent_again(world: World) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I1"]))
    summary = world.run()
    assert (summary.repeats, summary.sent) == (1, 0)
    row = world.rows(kind="file")[-1]
    history = world.gateway.message(row.id)
    assert history is not None
    (found,) = history.problems
    assert found.code == "T105"
    assert "message 1 (a.csv, 2026-03-02 09:14)" in found.sentence
    assert visible(world.root / "erp/in/invoice/archive/duplicates") == ["b.csv"]
    assert len(world.sent()) == 1


def test_a_file_that_was_refused_as_a_whole_may_come_again(world: World) -> None:
    world.erp("a.csv", b"")
    world.run()
    world.erp("a.csv", b"")
    world.run()
    assert [world.codes(row.id) for row in world.rows(kind="file")] == [["T101"], ["T101"]]


def test_the_same_document_in_another_file_is_not_sent_again(world: World) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I1", "I2"]))
    world.run()
    refused = world.row(kind="document", state="refused")
    assert world.codes(refused.id) == ["P112"]
    assert sum("+I1+" in text for text in world.sent().values()) == 1
    assert sum("+I2+" in text for text in world.sent().values()) == 1


def test_the_same_document_twice_in_a_file_is_sent_once(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I1"]))
    assert world.run().documents == 1
    assert "UNZ+1+" in world.sent()["INVOIC_000000001.edi"]


def test_a_changed_document_is_a_new_version_with_history(world: World) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.erp("b.csv", invoices(["I1"], quantity={"I1": "6"}))
    world.run()
    first, second = world.rows(kind="document")
    assert (second.replaces, second.state) == (first.id, State.DELIVERED)
    assert world.codes(second.id) == ["P113"]
    history = world.gateway.message(first.id)
    assert history is not None
    assert second.id in [row.id for row in history.related]


def test_a_document_for_nobody_we_know(world: World) -> None:
    world.erp("a.csv", invoices(["I1"], gln="4000000000006"))
    world.run()
    assert world.codes(world.row(kind="document").id) == ["P121"]
    assert "buyer GLN 4000000000006" in world.errors("erp/in/invoice")["a.csv.error.txt"]


def test_a_document_that_was_not_agreed(tmp_path: Path) -> None:
    line = "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}\n"
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": ACME.replace(line, "")})
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert world.codes(world.row(kind="document").id) == ["P122"]
    world.gateway.close()


def test_our_own_output_is_checked_before_it_leaves(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "N" * 40]))
    world.run()
    refused = world.row(kind="document", state="refused")
    assert world.codes(refused.id)[0] == "P124"
    assert refused.number == "N" * 40
    assert "UNZ+1+" in world.sent()["INVOIC_000000001.edi"]


def test_a_character_that_cannot_be_written_is_refused(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "中文"]))
    world.run()
    refused = world.row(kind="document", state="refused")
    assert "P124" in world.codes(refused.id)


def test_a_bug_that_one_document_meets_holds_it_alone(world: World) -> None:
    data = invoices(["I1", "I2", "I3"]).replace(b"I2;2026-03-02", b"I2;2026-99-99")
    world.erp("a.csv", data)
    summary = world.run()
    assert (summary.documents, summary.held) == (2, 1)
    held = world.row(kind="document", state="held")
    assert world.codes(held.id) == ["P190"]
    assert "I2" in world.errors("erp/in/invoice")["a.csv"]
    assert "I1" not in world.errors("erp/in/invoice")["a.csv"]


def test_an_empty_export_says_so(world: World) -> None:
    world.erp("a.csv", b"X;1\n")
    world.erp("b.csv", b"\n")
    world.run()
    assert [world.codes(row.id) for row in world.rows(kind="file")] == [["T102"], ["P127"]]
    assert all(row.state == State.REFUSED for row in world.rows(kind="file"))
    assert {"a.csv.error.txt", "b.csv.error.txt"} <= set(world.errors("erp/in/invoice"))


def test_without_a_map_the_file_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, broken=True)
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert world.codes(world.row(kind="document").id) == ["P120"]
    world.reload()
    world.gateway.replay(world.row(kind="document").id, "map repaired")
    world.run()
    assert "+I1+" in world.sent()["INVOIC_000000001.edi"]
    world.gateway.close()


# ---- what partners answer


def test_a_contrl_marks_what_we_sent_as_accepted(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    world.acme("c.edi", contrl("77", "000000001"))
    summary = world.run()
    assert (summary.answers, summary.sent) == (1, 0)
    assert {row.state for row in world.rows(kind="document")} == {State.ACKNOWLEDGED}
    assert world.row(kind="interchange", direction="out").state == State.ACKNOWLEDGED


def test_a_contrl_refuses_one_invoice_of_two(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    world.acme("c.edi", contrl("77", "000000001", refused=["2"]))
    summary = world.run()
    assert summary.refused_by_partner == 1
    assert not summary.clean
    first, second = world.rows(kind="document")
    assert (first.state, second.state) == (State.ACKNOWLEDGED, State.REFUSED)
    history = world.gateway.message(second.id)
    assert history is not None
    (found,) = history.problems
    assert found.code == "P125"
    assert "invoice I2 with 12" in found.sentence


def test_a_contrl_refuses_everything(world: World) -> None:
    world.erp("a.csv", invoices(["I1", "I2"]))
    world.run()
    world.acme("c.edi", contrl("77", "000000001", action="4"))
    world.run()
    assert {row.state for row in world.rows(kind="document")} == {State.REFUSED}


def test_a_receipt_says_nothing_about_the_contents(world: World) -> None:
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    world.acme("c.edi", contrl("77", "000000001", action="8"))
    world.run()
    assert world.row(kind="document").state == State.DELIVERED


@pytest.mark.parametrize(("code", "state"), [("A", State.ACKNOWLEDGED), ("R", State.REFUSED)])
def test_a_997_answers_by_group(world: World, code: str, state: State) -> None:
    world.erp("a.csv", invoices(["J1"], gln="0012345000003"))
    world.run()
    world.northwind("c.x12", functional(5, "1", code))
    world.run()
    assert world.row(kind="document").state == state
    assert world.sent("northwind").keys() == {"810_000000001.x12"}


def test_an_answer_to_nothing_we_sent_is_noted(world: World) -> None:
    world.acme("c.edi", contrl("77", "999"))
    world.run()
    assert world.rows(problem="P126")
    assert world.sent() == {}


def test_a_paused_partner_gets_nothing(tmp_path: Path) -> None:
    text = NORTHWIND.replace("standard: X12 004010}", "standard: X12 004010, mode: paused}")
    world = World(tmp_path, {"partners/northwind/partner.yaml": text})
    world.erp("a.csv", invoices(["J1"], gln="0012345000003"))
    world.run()
    assert world.row(kind="document").state == State.HELD
    assert world.sent("northwind") == {}
    world.gateway.close()
