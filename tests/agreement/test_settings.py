"""What a person sees who agreed to something that cannot be, or does nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.problems.codes.agreement_settings import CODES
from gateway.problems.render import render
from tests.agreement.kit import acme, load
from tests.pipeline.world import GATEWAY, OWN

CASES = Path(__file__).parent / "cases"
RESPONDS = "  - {document: orderresponse, direction: outbound, standard: EDIFACT D.96A EAN008}\n"
INVOICE = "direction: outbound, standard: EDIFACT D.96A EAN008"
MAIL = (
    "alarms:\n  email: {server: mail.example.com, sender: edi@example.com, to: [ops@example.com]}\n"
)
EDI = "contacts:\n  edi: {email: edi@acme-retail.example}\n  phone: {phone: +49 40 000000}\n"


def _outbound(more: str) -> str:
    return acme().replace(INVOICE, f"{INVOICE}, {more}")


PARTNERS: dict[str, str] = {
    "C160-overlap": acme("match: {application_reference: ORDERSTO}", "match: {agreement: EANCOM}"),
    "C162-expect-outbound": _outbound('expect: {by: "12:00"}'),
    "C162-checks-outbound": _outbound("checks: {types: warn}"),
    "C162-match-outbound": _outbound("match: {association: EAN008}"),
    "C162-x12-only": acme("checks: {implied_decimals: point}"),
    "C162-window-of-nothing": acme("duplicates: {within: 5d}"),
    "C162-changed-inbound": acme("changed: hold"),
    "C162-no-guide": acme("checks: {guide: warn}"),
    "C162-before-of-nothing": acme(more=EDI + "alerts: [{on: silent, to: edi, before: 30d}]\n"),
    "C163-no-server": acme(more="alerts: [{on: all, to: 'email:a@example.com'}]\n"),
    "C164-unknown-contact": acme(more=EDI + "alerts: [{on: [failed, held], to: eid}]\n"),
    "C164-no-address": acme(more=EDI + "alerts: [{on: [failed], to: phone}]\n"),
    "C165-shorter-than-window": acme(more="retention: {order: 7d}\n"),
    "C165-shorter-than-duplicates": acme(
        "duplicates: {number: reject, within: 90d}", more="retention: {order: 60d}\n"
    ),
    "C166-no-response": acme("acknowledge: {answered_within: 24h}"),
    "C100-alert-to-webhook": acme(more="alerts: [{on: all, to: 'https://hooks.example'}]\n"),
    "C100-before": acme(more=EDI + "alerts: [{on: certificate_expires, to: edi, before: 20d}]\n"),
    "C100-start-of-segment": acme('checks: {constant: ["rff ct"]}'),
}
WITHOUT_MAIL = ("C163-no-server",)


@pytest.mark.parametrize("case", PARTNERS)
def test_a_mistake_is_shown_where_it_is(case: str, tmp_path: Path) -> None:
    gateway = GATEWAY if case in WITHOUT_MAIL else GATEWAY + MAIL
    _, problems = load(tmp_path, PARTNERS[case], gateway=gateway)
    blocks = []
    for found in problems:
        text = (tmp_path / (found.place.file or "")).read_text("utf-8")
        blocks.append(render(found, text))
    shown = "\n\n".join(blocks) + "\n"
    file = CASES / f"{case}.txt"
    if os.environ.get("GATEWAY_UPDATE"):
        file.write_text(shown, encoding="utf-8")
        return
    assert shown == file.read_text("utf-8")
    assert f"[{case[:4]}]" in shown


def test_every_code_of_the_settings_has_a_case() -> None:
    wanted = {each.code for each in CODES if each.code.startswith("C")}
    assert wanted <= {case[:4] for case in PARTNERS}
    assert {each.stem for each in CASES.glob("*.txt")} == set(PARTNERS)


def test_a_password_is_set_in_the_partner_s_file(tmp_path: Path) -> None:
    own = OWN.replace("qualifier: 14}", "qualifier: 14, password: '${env:X}'}")
    _, problems = load(tmp_path, own=own)
    assert [(each.code, each.facts["what"]) for each in problems] == [
        ("C162", "an identity of ours")
    ]


def test_what_makes_sense_is_no_problem(tmp_path: Path) -> None:
    more = (
        RESPONDS + EDI + "alerts:\n  - {on: [silent, held], to: edi}\n"
        "  - {on: certificate_expires, before: 30d, to: 'email:Ops <ops@acme-retail.example>'}\n"
        "retention: {order: 90d, invoice: 10d}\nreferences: {window: 60d}\n"
    )
    agreed = (
        "acknowledge: {answered_within: 24h}, errors: {scope: interchange}, "
        "duplicates: {number: hold, within: 80d}, checks: {groups: forbid, constant: [RFF+CT]}"
    )
    _, problems = load(tmp_path, acme(agreed, more=more), gateway=GATEWAY + MAIL)
    assert problems == []


def test_a_parent_may_agree_for_many(tmp_path: Path) -> None:
    load(tmp_path)
    parent = tmp_path / "partners/_like/strict.yaml"
    parent.parent.mkdir()
    parent.write_text(
        "agreements:\n  - {document: order, direction: inbound, errors: {scope: interchange}}\n"
        "retention: {order: 40d}\n"
    )
    text = acme(more="like: strict\n")
    (tmp_path / "partners/acme-retail/partner.yaml").write_text(text)
    workspace, problems = load_workspace(tmp_path)
    assert workspace is not None
    assert problems == []
    partner = workspace.partners["acme-retail"]
    assert partner.agreements[0].errors.scope == "interchange"
    assert partner.retention.set.keys() == {"order"}
