"""The samples of the repository through the real maps, both ways, answered by the partners."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.pipeline import Gateway, State
from gateway.store import Filter
from tests.pipeline.world import contrl, drop, visible

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gateway(tmp_path: Path):  # type: ignore[no-untyped-def]
    shutil.copy(ROOT / "gateway.yaml", tmp_path)
    shutil.copytree(ROOT / "partners", tmp_path / "partners")
    workspace, problems = load_workspace(tmp_path)
    assert workspace is not None, problems
    with Gateway.open(workspace) as opened:
        yield opened


def samples(folder: str, inbox: Path) -> int:
    found = sorted(path for path in (ROOT / "samples" / folder).iterdir() if path.is_file())
    for path in found:
        drop(inbox, path.name, path.read_bytes())
    return len(found)


def test_orders_of_both_partners_reach_the_erp(gateway: Gateway, tmp_path: Path) -> None:
    samples("acme-retail/orders", tmp_path / "var/partners/acme-retail/in")
    samples("northwind/850", tmp_path / "var/partners/northwind/in")
    summary = gateway.run_once()
    assert summary.delivered == summary.messages > 0
    assert summary.refused == 2
    assert summary.held == 0
    assert len(visible(tmp_path / "var/erp/out/order")) == summary.messages
    refused = gateway.messages(Filter(state="refused", kind="message"))
    assert {row.partner for row in refused} == {"acme-retail", "northwind"}
    assert all(row.number for row in refused)


@pytest.mark.parametrize("document", ["orderresponse", "despatch", "invoice"])
def test_documents_of_the_erp_reach_both_partners(
    gateway: Gateway, tmp_path: Path, document: str
) -> None:
    count = samples(f"erp/{document}", tmp_path / "var/erp/in" / document)
    summary = gateway.run_once()
    assert summary.files == count
    assert (summary.refused, summary.held) == (0, 0), _told(gateway)
    rows = gateway.messages(Filter(kind="document"))
    assert {row.partner for row in rows} == {"acme-retail", "northwind"}
    assert {row.state for row in rows} == {State.DELIVERED}
    ours = next(row for row in gateway.messages(Filter(kind="interchange", partner="acme-retail")))
    inbox = tmp_path / "var/partners/acme-retail/in"
    drop(inbox, "answer.edi", contrl("9001", ours.reference))
    gateway.run_once()
    answered = gateway.messages(Filter(kind="document", partner="acme-retail"))
    assert {row.state for row in answered} == {State.ACKNOWLEDGED}


def _told(gateway: Gateway) -> list[str]:
    histories = [gateway.message(row.id) for row in gateway.messages()]
    return [str(found) for each in histories if each for found in each.problems]
