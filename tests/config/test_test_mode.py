"""Test mode in the settings: who caps whom, test channels, the sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.problems import Problem

FILE = "partners/acme-retail/partner.yaml"


def edited(workspace: Path, file: str, *changes: tuple[str, str]) -> list[Problem]:
    path = workspace / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return load_workspace(workspace)[1]


@pytest.mark.parametrize(
    ("partner", "agreement", "effective"),
    [
        ("live", "test", "test"),
        ("test", "live", "test"),
        ("test", "paused", "paused"),
        ("paused", "live", "paused"),
        ("live", "live", "live"),
    ],
)
def test_no_agreement_is_more_than_its_partner(
    workspace: Path, partner: str, agreement: str, effective: str
) -> None:
    changes = [("identities:", f"mode: {partner}\nidentities:")]
    changes.append(("direction: inbound", f"direction: inbound\n    mode: {agreement}"))
    path = workspace / FILE
    path.write_text(path.read_text().replace("    mode: live\n", ""))
    edited(workspace, FILE, *changes)
    found, _ = load_workspace(workspace)
    assert found is not None
    order = found.agreement("acme-retail", "order", "inbound")
    assert order is not None
    assert order.mode == effective


CHANNEL = "channels:\n  main:\n    kind: folder\n"
OTHER = "  other:\n    kind: folder\n    receive: {folder: o/in}\n    send: {folder: o/out}\n"


@pytest.mark.parametrize(
    ("test", "more", "code", "said"),
    [
        ("oter", OTHER, "C520", "there are other"),
        ("main", OTHER, "C521", "is the channel itself"),
        ("other", OTHER + "    test: main\n", "C521", "has itself the test channel main"),
        ("other", OTHER, None, ""),
    ],
)
def test_a_test_channel_is_another_channel(
    workspace: Path, test: str, more: str, code: str | None, said: str
) -> None:
    new = f"channels:\n{more}  main:\n    kind: folder\n    test: {test}\n"
    found = [one for one in edited(workspace, FILE, (CHANNEL, new)) if one.code.startswith("C52")]
    assert {one.code for one in found} == ({code} if code else set())
    assert not code or any(said in one.sentence for one in found)


def test_with_a_test_channel_there_is_still_one_for_agreements_that_name_none(
    workspace: Path,
) -> None:
    new = f"channels:\n{OTHER}  main:\n    kind: folder\n    test: other\n"
    edited(workspace, FILE, (CHANNEL, new))
    found, _ = load_workspace(workspace)
    assert found is not None
    partner = found.partners["acme-retail"]
    order = partner.agreements[0].model_copy(update={"channel": None})
    assert partner.channel_name(order) == "main"
    assert partner.channel_name(order.model_copy(update={"mode": "test"})) == "other"


@pytest.mark.parametrize(
    ("sandbox", "other"),
    [
        ("{receive: var/erp/in}", "erp.receive.folder"),
        ("{send: ./var/erp/out/}", "erp.send.folder"),
        ("{receive: t, send: t}", "erp.sandbox"),
    ],
)
def test_the_sandbox_has_folders_of_its_own(workspace: Path, sandbox: str, other: str) -> None:
    (workspace / "gateway.yaml").write_text(f"schema: 1\nerp: {{sandbox: {sandbox}}}\n")
    found = [one for one in load_workspace(workspace)[1] if one.code == "C522"]
    assert found
    assert other in found[0].sentence


@pytest.mark.parametrize(("usage", "mode", "code"), [("P", "test", "C523"), ("T", "live", "C524")])
def test_a_usage_that_says_the_contrary_is_told(
    workspace: Path, usage: str, mode: str, code: str
) -> None:
    path = next((workspace / "partners").glob("*/partner.yaml"))
    own = workspace / "partners/_own.yaml"
    own.write_text(
        "schema: 1\nname: We\nidentities:\n  gln: 4098765000003\n"
        "  edifact: {id: 4098765000003, qualifier: 14}\n  x12: {id: OURCOMPANY, qualifier: ZZ}\n"
    )
    folder = workspace / "partners/xstores"
    folder.mkdir()
    (folder / "partner.yaml").write_text(
        f"schema: 1\npartner: xstores\nname: X Stores\nmode: {mode}\n"
        "identities: {x12: {id: XSTORES, qualifier: ZZ}}\n"
        "channels: {main: {kind: folder, receive: {folder: x/in}, send: {folder: x/out}}}\n"
        f"syntax: {{x12: {{usage: {usage}}}}}\n"
        "agreements: [{document: order, direction: inbound, standard: X12 004010}]\n"
    )
    codes = [one.code for one in load_workspace(workspace)[1]]
    assert code in codes, (codes, path)
