"""Settings of envelopes in the running gateway: secrets, characters, numbers of each document."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.pipeline.renumber import counters
from tests.pipeline.world import ACME, World, drop, invoices, orders

INVOICE = "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}\n"


def opened(tmp_path: Path, syntax: str, rows: str = INVOICE, order: str = "") -> World:
    text = ACME.replace("agreements:\n", f"syntax: {{edifact: {syntax}}}\nagreements:\n")
    text = text.replace(INVOICE, rows).replace("mode: live}", f"mode: live{order}}}")
    return World(tmp_path, {"partners/acme-retail/partner.yaml": text})


PASSWORD = "{recipient: {reference: '${env:ACME_RECIPIENT}', qualifier: BB}}"


def test_what_the_partner_asks_of_who_sends_stands_in_answers_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_RECIPIENT", "QXZ7781")
    world = opened(tmp_path, PASSWORD)
    world.acme("a.edi", orders())
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert len(world.sent()) == 2
    assert all("+QXZ7781:BB" in text for text in world.sent().values())
    world.gateway.close()


def test_what_is_only_tried_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACME_RECIPIENT", raising=False)
    world = opened(tmp_path, PASSWORD)
    path = drop(tmp_path / "tried", "a.edi", orders())
    tried = world.gateway.try_file(path, "acme-retail")
    assert b"+HIDDEN:BB" in tried.answers[0]
    export = drop(tmp_path / "tried", "invoice.csv", invoices(["I1"]))
    (document,) = world.gateway.try_file(export, document="invoice").messages
    assert b"+HIDDEN:BB" in document.output
    world.gateway.close()


def test_a_secret_that_is_missing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACME_RECIPIENT", raising=False)
    world = opened(tmp_path, PASSWORD)
    world.erp("a.csv", invoices(["I1"]))
    summary = world.run()
    assert (summary.sent, summary.retrying) == (0, 1)
    monkeypatch.setenv("ACME_RECIPIENT", "QXZ7781")
    world.clock.forward(minutes=5)
    assert world.run().sent == 1
    assert list(world.sent()) == ["INVOIC_000000001.edi"]
    world.gateway.close()


def test_a_document_says_what_was_written_otherwise(tmp_path: Path) -> None:
    world = opened(tmp_path, "{version: UNOB:3, characters: {outside: transliterate}}")
    world.erp("a.csv", invoices(["Ü1"]))
    world.run()
    assert "BGM+380+U1+9'" in world.sent()["INVOIC_000000001.edi"]
    row = world.row(kind="document")
    assert (row.number, world.codes(row.id)) == ("Ü1", ["P165"])
    assert world.codes(world.row(kind="interchange").id) == []
    world.gateway.close()


def test_an_agreement_has_an_envelope_and_a_counter_of_its_own(tmp_path: Path) -> None:
    numbers = "control_numbers: {per: agreement, first: 500, last: 899, width: 5}"
    own = f", syntax: {{edifact: {{application_reference: INVOIC, {numbers}}}}}"
    rows = INVOICE.replace("}", f"{own}}}")
    syntax = "{application_reference: GENERAL, control_numbers: {first: 1, last: 499}}"
    world = opened(tmp_path, syntax, rows)
    world.acme("a.edi", orders())
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert "+00500++INVOIC'" in world.sent()["INVOIC_00500.edi"]
    assert "+000000001'" in world.sent()["CONTRL_000000001.edi"]
    scopes = {each.scope.rpartition(" ")[2]: each.next for each in counters(world.gateway.house)}
    assert scopes == {"interchange": 2, "interchange@invoice": 501, "group": 1} | scopes
    world.gateway.close()


def test_answers_have_a_range_of_their_own(tmp_path: Path) -> None:
    syntax = "{control_numbers: {last: 499, answers: {first: 500}}}"
    world = opened(tmp_path, syntax, order=", acknowledge: {numbers: own}")
    world.acme("a.edi", orders())
    world.erp("a.csv", invoices(["I1"]))
    world.run()
    assert sorted(world.sent()) == ["CONTRL_000000500.edi", "INVOIC_000000001.edi"]
    world.gateway.close()
