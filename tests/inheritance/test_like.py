"""What a partner's file does not say comes from his parent, then from the house."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.config.effective import effective
from gateway.config.translation import Translation
from tests.inheritance.conftest import ACME, IDENTITIES, Write, load

CHANNEL = """channels:
  main:
    kind: folder
    receive: {folder: "in/{partner}", match: "*.edi"}
    send: {folder: "out/{partner}"}
"""
LIKE = "partners/_like/retail.yaml"
OWN = "partners/_own.yaml"


def defaults(root: Path, text: str) -> None:
    """Add ``defaults`` to ``_own.yaml``."""
    with (root / OWN).open("a", encoding="utf-8") as file:
        file.write("defaults:\n" + "".join(f"  {line}\n" for line in text.splitlines()))


def values(root: Path) -> dict[str, tuple[str, str]]:
    """(value, origin) of every setting of acme-retail."""
    return {
        each.setting: (each.value, each.shown_origin)
        for each in effective(load(root), "acme-retail")
    }


def test_the_nearest_file_says_what_holds(root: Path, write: Write) -> None:
    defaults(root, "references: {gap: hold, late: hold, jump: 50}")
    write(LIKE, CHANNEL + "references: {gap: reject, late: warn}\n")
    write(ACME, IDENTITIES + "like: retail\nreferences: {gap: accept}\n")
    found = values(root)
    assert found["references.gap"] == ("accept", "partner.yaml:7")
    assert found["references.late"] == ("warn", "_like/retail.yaml:6")
    assert found["references.jump"] == ("50", "_own.yaml:7")
    assert found["references.reuse"] == ("reject", "default")
    assert found["channels.main.receive.folder"] == ("in/acme-retail", "_like/retail.yaml:4")


def test_the_house_speaks_for_partners_without_a_parent(root: Path) -> None:
    defaults(root, "references: {jump: 50}\nagreements:\n  - {direction: inbound, in_order: true}")
    house = load(root)
    assert {each.references.jump for each in house.partners.values()} == {50}
    acme = house.partners["acme-retail"]
    assert [each.in_order for each in acme.agreements] == [True, False]


AGREED = """agreements:
  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, in_order: true}
  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}
  - {direction: outbound, acknowledge: {syntax: contrl, within: 2h}}
  - {document: invoice, acknowledge: {within: 4h}}
"""


def test_agreements_merge_by_document_and_direction(root: Path, write: Write) -> None:
    write(LIKE, CHANNEL + AGREED)
    more = "agreements:\n  - {document: invoice, direction: outbound, mode: test}\n"
    write(ACME, IDENTITIES + "like: retail\n" + more)
    acme = load(root).partners["acme-retail"]
    told = [(each.document, each.mode, each.in_order) for each in acme.agreements]
    assert told == [("invoice", "test", False), ("order", "live", True)]
    invoice = acme.agreements[0]
    assert invoice.acknowledge.syntax == "contrl"
    assert invoice.acknowledge.within == timedelta(hours=4), "of two rows the later one counts"
    assert acme.agreements[1].acknowledge.within is None


def test_the_same_document_twice_is_told_apart_by_its_standard(root: Path, write: Write) -> None:
    write(
        LIKE,
        CHANNEL + "agreements:\n"
        "  - {document: order, direction: inbound, standard: EDIFACT D.96A, in_order: true}\n"
        "  - {document: order, direction: inbound, standard: EDIFACT D.01B EAN010}\n",
    )
    row = "{document: order, direction: inbound, standard: EDIFACT D96A EAN009, guide: eancom1997}"
    write(ACME, IDENTITIES + f"like: retail\nagreements: [{row}]\n")
    old, new = load(root).partners["acme-retail"].agreements
    assert (str(old.standard), old.in_order) == ("EDIFACT D.96A EAN009", True)
    assert (str(new.standard), new.guide) == ("EDIFACT D.01B EAN010", None)
    keys = {each.path[1] for each in effective(load(root), "acme-retail") if len(each.path) == 3}
    assert {"order inbound D96A", "order inbound D01B"} <= keys


def test_a_live_and_a_test_agreement_have_both_what_the_parent_says(
    root: Path, write: Write
) -> None:
    row = "document: order, direction: inbound, standard: EDIFACT D.96A EAN008"
    write(LIKE, CHANNEL + f"agreements: [{{{row}, in_order: true}}]\n")
    both = f"agreements: [{{{row}}}, {{{row}, mode: test}}]\n"
    write(ACME, IDENTITIES + "like: retail\n" + both)
    acme = load(root).partners["acme-retail"]
    assert [(each.mode, each.in_order) for each in acme.agreements] == [
        ("live", True),
        ("test", True),
    ]


def test_a_setting_without_a_value_takes_away_what_the_parent_gives(
    root: Path, write: Write
) -> None:
    other = "  other: {kind: folder, receive: {folder: x}, send: {folder: y}}\n"
    expect = "expect: {by: '12:00'}"
    row = f"{{document: order, direction: inbound, standard: EDIFACT D.96A, {expect}}}"
    write(LIKE, CHANNEL + other + f"agreements: [{row}]\ncodes: {{unit: unit.csv}}\n")
    write(
        ACME,
        IDENTITIES + "like: retail\nchannels: {other: }\ncodes:\n"
        "agreements:\n  - document: order\n    direction: inbound\n    expect:\n",
    )
    acme = load(root).partners["acme-retail"]
    assert list(acme.channels) == ["main"]
    assert (acme.agreements[0].expect, acme.codes) == (None, {})


def test_a_channel_of_another_kind_replaces_that_of_the_parent(root: Path, write: Write) -> None:
    write(LIKE, "channels: {main: {kind: sftp, sftp: {host: sftp.example}}}\n")
    channel = "channels: {main: {kind: folder, receive: {folder: a}, send: {folder: b}}}\n"
    write(ACME, IDENTITIES + "like: retail\n" + channel)
    assert load(root).partners["acme-retail"].channels["main"].sftp is None


def test_lists_replace_each_other(root: Path, write: Write) -> None:
    expect = "expect: {by: '12:00', days: [mon, tue]}"
    row = f"document: order, direction: inbound, standard: EDIFACT D.96A, {expect}"
    write(LIKE, CHANNEL + f"agreements: [{{{row}}}]\n")
    own = "agreements: [{document: order, direction: inbound, expect: {days: [fri]}}]\n"
    write(ACME, IDENTITIES + "like: retail\n" + own)
    expected = load(root).partners["acme-retail"].agreements[0].expect
    assert expected is not None
    assert (expected.by, expected.days) == ("12:00", ("fri",))


def test_files_lie_in_the_partners_folder_or_in_that_of_the_parent(
    root: Path, write: Write
) -> None:
    overlay = "overlay edifact/orders.map\nreplace delivery.on <-> DTM+69 date\n"
    row = "document: order, direction: inbound, standard: EDIFACT D.96A EAN008"
    write(
        LIKE, CHANNEL + f"codes: {{unit: unit.csv}}\nagreements: [{{{row}, mapping: orders.map}}]\n"
    )
    write("partners/_like/retail/unit.csv", "canonical,edifact,label\npiece,EA,Piece\n")
    write("partners/_like/retail/orders.map", overlay)
    write(ACME, IDENTITIES + "like: retail\n")
    house = load(root)
    acme = house.partners["acme-retail"]
    assert house.map_file(acme, acme.agreements[0])[1] == root / "partners/_like/retail/orders.map"
    compiled, problems = Translation(house).partner_map(acme, acme.agreements[0])
    assert compiled is not None, problems
    write("partners/acme-retail/orders.map", overlay.replace("69", "17"))
    assert (
        load(root).map_file(acme, acme.agreements[0])[1] == root / "partners/acme-retail/orders.map"
    )
    assert house.partner_file(acme, "../_own.yaml") is None
    assert house.partner_file(acme, "/etc/hosts") is None


def test_a_child_that_mends_what_is_wrong_in_its_parent_is_used(root: Path, write: Write) -> None:
    write(LIKE, CHANNEL + "references: {gap: hodl}\n")
    write(ACME, IDENTITIES + "like: retail\nreferences: {gap: hold}\n")
    house, problems = load_workspace(root)
    assert house is not None and "acme-retail" in house.partners
    assert [(each.code, each.place.file) for each in problems] == [("C102", LIKE)]


def test_without_a_usable_parent_a_partner_is_left_out(root: Path, write: Write) -> None:
    write(LIKE, "references: [\n")
    write(ACME, IDENTITIES + "like: retail\n")
    house, problems = load_workspace(root)
    assert house is not None and house.broken == ("acme-retail",)
    assert {each.place.file for each in problems} == {LIKE}


def test_a_snapshot_holds_the_parents(root: Path, write: Write) -> None:
    write(LIKE, CHANNEL)
    write(ACME, IDENTITIES + "like: retail\n")
    before = load(root).hash
    write(LIKE, CHANNEL + "references: {gap: hold}\n")
    assert load(root).hash != before


@pytest.mark.parametrize("text", ["", "- a\n", "channels: 4\n", "agreements: {a: b}\n", "like:\n"])
def test_whatever_a_parent_holds_nothing_is_raised(root: Path, write: Write, text: str) -> None:
    write(LIKE, text)
    write(ACME, IDENTITIES + CHANNEL + "like: retail\n")
    house, problems = load_workspace(root)
    assert house is not None
    assert "acme-retail" in house.partners or problems
