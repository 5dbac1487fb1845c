"""A workspace finds who and what; one broken partner does not take down the others."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from gateway.config import Workspace, load_workspace
from gateway.config.matching import Subject
from gateway.config.values import Duration, Standard, duration_text

ROOT = Path(__file__).parents[2]
ACME = "partners/acme-retail/partner.yaml"


def load(root: Path) -> Workspace:
    found, problems = load_workspace(root)
    assert found is not None, problems
    return found


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_repository_is_a_workspace_without_errors() -> None:
    found, problems = load_workspace(ROOT)
    assert found is not None
    assert {each.code for each in problems} == {"C474"}  # a paused example would need keys
    assert found.broken == ()
    assert {"acme-retail", "northwind"} < set(found.partners)


def test_a_partner_is_found_by_its_identity(workspace: Path) -> None:
    found = load(workspace)
    acme, northwind = found.partners["acme-retail"], found.partners["northwind"]
    assert found.partner_by_identity("edifact", "14", "4012345000009") is acme
    assert found.partner_by_identity("x12", "ZZ", "NORTHWIND      ") is northwind
    assert found.partner_by_identity("x12", "01", "NORTHWIND") is None
    assert found.partner_by_identity("edifact", "14", "4098765000003") is None
    assert found.partner_by_gln("4012345000009") is acme
    assert found.is_ours("edifact", "14", "4098765000003")
    assert not found.is_ours("edifact", "1", "4098765000003")


def test_a_broken_partner_is_left_out_and_the_others_stay(workspace: Path) -> None:
    spoil(workspace / ACME, "kind: folder", "kind: pigeon")
    found, problems = load_workspace(workspace)
    assert found is not None
    assert (set(found.partners), found.broken) == ({"northwind"}, ("acme-retail",))
    assert [each.code for each in problems] == ["C102"]


def test_a_contested_identity_belongs_to_nobody(workspace: Path) -> None:
    spoil(workspace / ACME, "gln: 4012345000009", "x12: {id: NORTHWIND, qualifier: ZZ}")
    found = load_workspace(workspace)[0]
    assert found is not None
    assert found.partner_by_identity("x12", "ZZ", "NORTHWIND") is None


@pytest.mark.parametrize("file", ["gateway.yaml", "partners/_own.yaml"])
def test_without_its_main_files_there_is_no_workspace(workspace: Path, file: str) -> None:
    (workspace / file).write_bytes(b"\xff\xfe")
    found, problems = load_workspace(workspace)
    assert found is None
    assert [each.code for each in problems] == ["C108"]


def test_a_directory_in_place_of_a_file_is_reported(workspace: Path) -> None:
    (workspace / ACME).unlink()
    (workspace / ACME).mkdir()
    assert [each.code for each in load_workspace(workspace)[1]] == ["C108"]


def test_the_agreement_of_a_message(workspace: Path) -> None:
    found = load(workspace)
    order = found.agreed(
        "acme-retail", Subject(syntax="edifact", message="ORDERS", directory="D96A")
    )
    assert order is not None and order.standard == Standard("edifact", "D96A", "EAN008")
    assert order is found.agreement("acme-retail", "order", "inbound")
    assert (order.message, order.answer) == ("ORDERS", "contrl")
    invoice = found.agreement("acme-retail", "invoice", "outbound")
    assert invoice is not None and (invoice.message, invoice.answer) == ("INVOIC", "none")
    assert found.agreement("acme-retail", "despatch", "outbound") is None
    assert found.agreement("nobody", "order", "inbound") is None


def test_a_live_agreement_is_preferred(workspace: Path) -> None:
    spoil(workspace / ACME, "document: order\n", "document: order\n    mode: paused\n")
    with (workspace / ACME).open("a", encoding="utf-8") as file:
        file.write("  - {document: order, direction: inbound, standard: EDIFACT D.01B}\n")
    agreement = load(workspace).agreement("acme-retail", "order", "inbound")
    assert agreement is not None and agreement.standard.directory == "D01B"


def test_folders_are_those_of_the_workspace(workspace: Path) -> None:
    found = load(workspace)
    assert found.database == f"sqlite:///{workspace}/var/gateway.db"
    assert found.erp_in("invoice") == workspace / "erp/in/invoice"
    partner, name, channel, folder = next(found.receive_folders())
    assert (partner.partner, name, folder) == ("acme-retail", "main", workspace / "acme/in")
    assert channel.receive is not None and channel.receive.stable_for == timedelta(seconds=2)
    invoice = found.agreement("acme-retail", "invoice", "outbound")
    assert invoice is not None
    assert found.send_folder(partner, invoice) == workspace / "acme/out"


def test_the_hash_follows_the_content_and_nothing_else(workspace: Path, tmp_path: Path) -> None:
    first = load(workspace).hash
    moved = Path(shutil.copytree(workspace, tmp_path / "elsewhere"))
    assert load(moved).hash == first
    (moved / "partners/acme-retail/codes.csv").write_text("canonical,edifact\n", encoding="utf-8")
    assert load(moved).hash != first


def test_a_map_in_the_partners_folder_is_an_overlay_or_a_map_of_its_own(workspace: Path) -> None:
    spoil(workspace / ACME, "document: order\n", "document: order\n    mapping: orders.map\n")
    near = workspace / "partners/acme-retail/orders.map"
    standard = workspace / "mappings/edifact/orders.map"
    standard.parent.mkdir(parents=True)
    standard.write_text("map canonical/order <-> edifact/D96A/ORDERS\n", encoding="utf-8")
    near.write_text("# theirs\noverlay edifact/orders.map\n", encoding="utf-8")
    found = load(workspace)
    acme = found.partners["acme-retail"]
    assert found.map_file(acme, acme.agreements[0]) == (standard, near)
    near.write_text("map canonical/order <-> edifact/D96A/ORDERS\n", encoding="utf-8")
    assert found.map_file(acme, acme.agreements[0]) == (near, None)


@pytest.mark.parametrize("text", ["500ms", "3s", "90s", "15m", "1h", "30d"])
def test_a_duration_is_told_as_it_is_written(text: str) -> None:
    (read,) = TypeAdapter(tuple[Duration]).validate_python((text,))
    assert duration_text(read) == text
