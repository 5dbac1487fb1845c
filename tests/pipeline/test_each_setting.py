"""Settings of which there is one per document or per limit: each by itself does what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.config import Workspace
from gateway.config.erpforms import form_of
from gateway.pipeline import State
from gateway.pipeline.housekeeping.retention import Periods
from gateway.store.trees import Tree
from tests.pipeline.world import ACME, GATEWAY, World, drop, invoices, make, orders

KINDS = (
    "order", "orderchange", "orderresponse", "despatch", "receipt", "invoice", "inventory",
    "sales", "catalogue", "remittance", "parties", "acknowledgement", "other",
)  # fmt: skip
OF_SHOPS = "refund"
"""A document that no partner has: only the house says how long it is kept."""
TIMES = ", ".join(f"{kind}: {3000 + n}d" for n, kind in enumerate((*KINDS, OF_SHOPS)))
HIS_TIMES = ", ".join(f"{kind}: {4000 + n}d" for n, kind in enumerate(KINDS))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    files = {
        "gateway.yaml": f"{GATEWAY}retention: {{{TIMES}}}\n",
        "partners/acme-retail/partner.yaml": f"{ACME}retention: {{{HIS_TIMES}}}\n",
    }
    return make(tmp_path_factory.mktemp("kept"), files)


@pytest.mark.parametrize("kind", KINDS)
def test_each_document_is_kept_as_house_and_partner_say(kept: Workspace, kind: str) -> None:
    days = {}
    for partner in ("northwind", "acme-retail"):
        tree = Tree(1, 1, frozenset({(kind, partner)}), datetime(2026, 3, 2, tzinfo=UTC))
        days[partner] = Periods(kept).of(tree)
    nth = KINDS.index(kind)
    assert days["northwind"] == (kind, timedelta(days=3000 + nth))
    assert days["acme-retail"] == (kind, timedelta(days=4000 + nth))


def test_a_document_of_shops_is_kept_as_the_house_says(kept: Workspace) -> None:
    tree = Tree(1, 1, frozenset({(OF_SHOPS, "northwind")}), datetime(2026, 3, 2, tzinfo=UTC))
    assert Periods(kept).of(tree) == (OF_SHOPS, timedelta(days=3000 + len(KINDS)))


def test_the_format_of_each_document_is_asked_for(tmp_path: Path) -> None:
    wanted = {document: f"format{n}" for n, document in enumerate((*KINDS[:11], OF_SHOPS))}
    formats = ", ".join(f"{document}: {form}" for document, form in wanted.items())
    text = f"schema: 1\nerp: {{formats: {{{formats}}}}}\n"
    workspace = make(tmp_path, {"gateway.yaml": text})
    asked = {each: form_of(workspace, each, "file", b"", lambda *_: None) for each in wanted}
    assert asked == wanted


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("file: 200B", "T108"),
        ("segment: 64B", "S141"),
        ("message: 100B", "S142"),
        ("segments_per_message: 5", "S143"),
    ],
)
def test_each_limit_refuses_what_is_larger(tmp_path: Path, limit: str, code: str) -> None:
    world = World(tmp_path, {"gateway.yaml": f"{GATEWAY}limits: {{{limit}}}\n"})
    world.acme("a.edi", orders(extra="FTX+AAI+++" + "x" * 80 + "'"))
    world.run()
    found = {each for row in world.rows() for each in world.codes(row.id)}
    assert code in found
    assert State.DELIVERED not in {row.state for row in world.rows(kind="message")}
    assert world.orders() == {}
    world.gateway.close()


def test_an_agreement_goes_by_the_channel_it_names(tmp_path: Path) -> None:
    text = ACME.replace(
        "agreements:\n",
        "  bills:\n    kind: folder\n    send: {folder: bills/out}\nagreements:\n",
    ).replace("outbound, standard", "outbound, channel: bills, standard")
    text = text.replace("inbound, standard", "inbound, channel: main, standard")
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    world.erp("a.csv", invoices(["I1"]))
    world.acme("a.edi", orders())
    world.run()
    assert [name.split("_")[0] for name in world.sent()] == ["CONTRL"]
    assert [name.split("_")[0] for name in world.sent("bills")] == ["INVOIC"]
    world.gateway.close()


@pytest.mark.parametrize(("checks", "sent"), [("", 1), (", checks: {profile: en16931}", 0)])
def test_a_profile_adds_its_rules(tmp_path: Path, checks: str, sent: int) -> None:
    text = ACME.replace("EAN008}", f"EAN008{checks}}}")
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    world.erp("a.csv", invoices(["I1"]))
    assert world.run().sent == sent
    world.gateway.close()


@pytest.mark.parametrize(("after", "stays"), [("leave", True), ("remove", False)])
def test_the_marker_of_a_file_stays_or_goes(tmp_path: Path, after: str, stays: bool) -> None:
    ready = f'{{by: marker, marker: "{{name}}.ok", marker_after: {after}}}'
    text = ACME.replace('match: "*"}', f'match: "*.edi", ready: {ready}}}')
    world = World(tmp_path, {"partners/acme-retail/partner.yaml": text})
    world.acme("a.edi", orders())
    assert world.run().files == 0
    marker = drop(tmp_path / "acme/in", "a.edi.ok", b"")
    assert world.run().files == 1
    assert marker.exists() is stays
    world.gateway.close()
