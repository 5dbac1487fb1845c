"""Test mode: what is marked as a test, where it goes, and what never meets what is live."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.pipeline import State
from tests.pipeline.world import ACME, OWN, World, contrl, drop, invoices, orders, visible

TEST = ACME.replace("identities:", "mode: test\nidentities:", 1)
BOTH = ACME + (
    "  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: test}\n"
    "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008, mode: test}\n"
)
TEST_IDS = TEST.replace("qualifier: 14}", "qualifier: 14, test_id: 4012345000016}")
OWN_TEST = OWN.replace("qualifier: 14}", "qualifier: 14, test_id: 4098765000010}")
FILE = "partners/acme-retail/partner.yaml"


def world_of(root: Path, text: str, own: str = OWN) -> World:
    return World(root, {FILE: text, "partners/_own.yaml": own})


def sandbox_in(world: World, name: str, data: bytes) -> None:
    drop(world.root / "var/erp/test/in/invoice", name, data)


def test_a_test_order_lies_in_the_sandbox_alone(tmp_path: Path) -> None:
    world = world_of(tmp_path, TEST)
    world.acme("a.edi", orders(test=True))
    summary = world.run()
    assert (summary.messages, summary.delivered) == (1, 1)
    assert world.orders() == {}
    assert len(visible(tmp_path / "var/erp/test/out/order")) == 1
    (answer,) = world.sent().values()
    assert answer.startswith("UNA:+.? 'UNB+UNOC:3+4098765000003:14+4012345000009:14+260302:0914+")
    assert answer.split("'")[1].endswith("++++++1")


def test_what_the_test_system_exports_leaves_as_a_test(tmp_path: Path) -> None:
    world = world_of(tmp_path, TEST_IDS, OWN_TEST)
    sandbox_in(world, "a.csv", invoices(["I1"]))
    assert world.run().sent == 1
    (sent,) = world.sent().values()
    assert sent.split("'")[1] == (
        "UNB+UNOC:3+4098765000010:14+4012345000016:14+260302:0914+000000001++++++1"
    )
    row = world.row(kind="document")
    assert row.test
    world.acme("answer.edi", contrl("9", "000000001").replace(b"+9'UNH", b"+9++++++1'UNH"))
    world.run()
    assert world.row(kind="document").state == State.ACKNOWLEDGED


def test_a_live_document_for_a_partner_in_test_waits(tmp_path: Path) -> None:
    world = world_of(tmp_path, TEST)
    world.erp("a.csv", invoices(["I1"]))
    assert world.run().held == 1
    held = world.row(kind="document")
    assert (held.state, held.test, world.codes(held.id)) == (State.HELD, False, ["P250"])
    assert world.sent() == {}
    told = world.errors("erp/in/invoice")["a.csv.error.txt"]
    assert "var/erp/test/in/invoice" in told
    world.reload({})  # live since today
    world.gateway.replay(held.id, "live since today")
    world.run()
    (sent,) = world.sent().values()
    assert sent.split("'")[1].endswith("+000000001")
    world.gateway.close()


def test_a_test_document_for_a_live_partner_is_refused(world: World) -> None:
    sandbox_in(world, "a.csv", invoices(["I1"]))
    assert world.run().refused == 1
    refused = world.row(kind="document")
    assert (refused.test, world.codes(refused.id)) == (True, ["P251"])
    assert world.sent() == {}
    assert "a.csv.error.txt" in world.errors("var/erp/test/in/invoice")


@pytest.mark.parametrize(
    ("test", "folder"), [(False, "erp/out/order"), (True, "var/erp/test/out/order")]
)
def test_beside_a_live_agreement_there_may_be_one_in_test(
    tmp_path: Path, test: bool, folder: str
) -> None:
    world = world_of(tmp_path, BOTH)
    world.acme("a.edi", orders(test=test))
    world.run()
    assert len(visible(tmp_path / folder)) == 1
    assert world.row(kind="message").test is test


def test_each_folder_of_the_erp_finds_its_own_agreement(tmp_path: Path) -> None:
    world = world_of(tmp_path, BOTH)
    world.erp("a.csv", invoices(["I1"]))
    sandbox_in(world, "a.csv", invoices(["I1"]))
    assert world.run().sent == 2  # the same number: a test is no version of the live one
    heads = sorted(sent.split("'")[1].endswith("++++++1") for sent in world.sent().values())
    assert heads == [False, True]
    assert {row.test for row in world.rows(kind="document")} == {True, False}
    assert {row.reference for row in world.rows(kind="interchange")} == {"000000001"}


@pytest.mark.parametrize(
    "ids",
    [
        {"sender": "4012345000016:14"},
        {"receiver": "4098765000010:14"},
        {"sender": "4012345000016:14", "receiver": "4098765000010:14"},
    ],
)
def test_a_test_identity_makes_a_test_without_the_indicator(
    tmp_path: Path, ids: dict[str, str]
) -> None:
    live = ACME.replace("qualifier: 14}", "qualifier: 14, test_id: 4012345000016}")
    world = world_of(tmp_path, live, OWN_TEST)
    world.acme("a.edi", orders(**ids))  # type: ignore[arg-type]
    world.run()
    row = world.row(kind="message")
    assert (row.test, world.codes(row.id)) == (True, ["P107"])
    assert world.orders() == {}


def test_in_test_the_channel_of_the_test_system_is_used(tmp_path: Path) -> None:
    text = TEST.replace("    kind: folder\n", "    kind: folder\n    test: recette\n", 1).replace(
        "agreements:",
        "  recette:\n    kind: folder\n    receive: {folder: acme/test-in}\n"
        '    send: {folder: acme/test-out, name: "{message}_{control}.edi"}\nagreements:',
    )
    world = world_of(tmp_path, text)
    sandbox_in(world, "a.csv", invoices(["I1"]))
    drop(tmp_path / "acme/test-in", "a.edi", orders(test=True))
    world.run()
    assert world.sent() == {}
    assert sorted(visible(tmp_path / "acme/test-out")) == [
        "CONTRL_000000001.edi",
        "INVOIC_000000002.edi",
    ]


def test_the_sandbox_can_rest_by_itself(tmp_path: Path) -> None:
    from gateway.pipeline.resting import rest  # noqa: PLC0415

    world = world_of(tmp_path, BOTH)
    rest(world.gateway.house, "erp/test", "pause", "their test system is away", "somebody")
    sandbox_in(world, "a.csv", invoices(["I1"]))
    world.erp("b.csv", invoices(["I2"]))
    world.run()
    assert [row.number for row in world.rows(kind="document")] == ["I2"]


def test_try_shows_what_waits_for_the_partner_to_go_live(tmp_path: Path) -> None:
    world = world_of(tmp_path, TEST)
    path = tmp_path / "sample.edi"
    path.write_bytes(orders())
    (tried,) = world.gateway.try_file(path).messages
    assert (tried.state, [each.code for each in tried.problems]) == ("held", ["P109"])
    assert tried.document is not None
    assert b"PO1" in tried.output


def test_try_takes_a_file_of_the_sandbox_for_a_test(tmp_path: Path) -> None:
    world = world_of(tmp_path, TEST)
    for folder, codes in (("erp/in/invoice", ["P250"]), ("var/erp/test/in/invoice", [])):
        path = drop(tmp_path / folder, "a.csv", invoices(["I1"]))
        (tried,) = world.gateway.try_file(path).messages
        assert [each.code for each in tried.problems] == codes
