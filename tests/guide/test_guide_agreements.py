"""Guides of agreements: what partners send and what we send is checked against them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.config import Workspace, load_workspace
from gateway.config.translation import Translation
from gateway.grammar.acknowledge import GroupVerdict, MessageVerdict, functional_999
from gateway.pipeline.house import Rules
from gateway.pipeline.trial import Trial, try_export, try_interchanges
from gateway.problems import Problem, has_errors
from gateway.syntax.normal import COMPONENT, ELEMENT
from tests.guide.guiding import HEAD, ROOT, X12_HEAD, edited, judged, sent, usable

ACME = "partners/acme-retail"
GUIDE = f"{ACME}/guides/orders.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "gateway.yaml", tmp_path)
    shutil.copytree(ROOT / "partners", tmp_path / "partners")
    return tmp_path


def loaded(root: Path) -> Workspace:
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def received(root: Path, name: str, script: str = "") -> Trial:
    """What becomes of a file from a partner."""
    workspace = loaded(root)
    rules = Rules(workspace, Translation(workspace), lambda: datetime(2026, 5, 17, tzinfo=UTC))
    text = edited(name, script)
    data = text.replace("\n", "").encode("iso8859-1")
    partner = "northwind" if name.endswith("x12") else "acme-retail"
    return try_interchanges(rules, name, data, workspace.partners[partner])


def checked(root: Path) -> list[Problem]:
    """What is wrong with the guides of all agreements (maps take longer to check)."""
    workspace = loaded(root)
    translation = Translation(workspace)
    return [
        found
        for partner in workspace.partners.values()
        for agreement in partner.agreements
        for found in translation.guide(partner, agreement)[1]
    ]


def codes(trial: Trial) -> list[tuple[str, str]]:
    return [(one.code, one.severity.value) for each in trial.messages for one in each.problems]


# ---- from partners


_NO_FREE = "- QTY+192:2:PCE'\n\n"


def test_an_order_that_fits_the_guide_is_taken(root: Path) -> None:
    trial = received(root, "orders.edi", _NO_FREE)
    assert [each.state for each in trial.messages] == ["mapped"]
    assert [code for code, _ in codes(trial) if code.startswith("G")] == []


def test_an_order_against_the_guide_is_refused_and_answered_with_its_codes(root: Path) -> None:
    script = "- BGM+220+PO-26-10417+9'\n+ BGM+220+PO-26-10417+5'\n\n- NAD+SU+4098765000003::9'\n"
    trial = received(root, "orders.edi", script)
    assert [each.state for each in trial.messages] == ["refused"]
    assert [code for code, _ in codes(trial)] == ["G314", "G302", "G314"]
    (answer,) = trial.answers
    segments = answer.decode().split("'")
    assert "UCM+1+ORDERS:D:96A:UN:EAN008+4" in segments
    assert segments[5:-3] == ["UCS+2", "UCD+14+4", "UCS+9+13", "UCS+17", "UCD+14+2:1"]


def test_what_is_tolerated_is_a_warning_and_taken(root: Path) -> None:
    script = "- LIN+1++4012345610017:EN'\n+ LIN+1++4012345610017:EN++++X'\n"
    trial = received(root, "orders.edi", _NO_FREE + script)
    assert [each.state for each in trial.messages] == ["mapped"]
    assert ("G203", "warning") in codes(trial)


def test_the_envelope_of_an_order_is_checked(root: Path) -> None:
    change(root, GUIDE, "      S003.0007: [14]\n", "      S003.0007: [14]\n      0026: R\n")
    trial = received(root, "orders.edi", _NO_FREE)
    assert codes(trial) == [("G331", "error")]
    assert "UCM+1+ORDERS:D:96A:UN:EAN008+4+13" in trial.answers[0].decode()


def test_a_purchase_order_against_the_guide_is_refused(root: Path) -> None:
    script = "- N1*BY*Northwind Stores*UL*0012345000003~\n\n- CTT*1~\n"
    trial = received(root, "850.x12", script)
    assert [each.state for each in trial.messages] == ["refused"]
    assert [code for code, _ in codes(trial)] == ["G302", "G302"]
    answer = trial.answers[0].decode()
    assert "AK3*N1*8**3" in answer
    assert "AK3*CTT*9**3" in answer


def test_the_envelope_of_a_purchase_order_is_checked(root: Path) -> None:
    change(root, "partners/northwind/guides/850.yaml", "GS01: [PO]", "GS02: [NW]")
    trial = received(root, "850.x12")
    assert codes(trial) == [("G333", "error")]
    assert "AK5*R*5" in trial.answers[0].decode()


# ---- to partners


def test_what_we_send_is_checked_against_the_guide_before_it_leaves(root: Path) -> None:
    guide = "guide: acme-retail/invoice\nbase: EDIFACT D.96A INVOIC\nsegments:\n  PAI: R\n"
    (root / ACME / "guides/invoice.yaml").write_text(guide, encoding="utf-8")
    change(
        root,
        f"{ACME}/partner.yaml",
        "  - document: invoice\n",
        "  - document: invoice\n    guide: guides/invoice.yaml\n",
    )
    workspace = loaded(root)
    rules = Rules(workspace, Translation(workspace), lambda: datetime(2026, 5, 17, tzinfo=UTC))
    data = (ROOT / "samples/erp/invoice/invoices.csv").read_bytes()
    trial = try_export(rules, "invoices.csv", data, "csv", "invoice")
    by_form = {each.format: each for each in trial.messages}
    assert by_form["edifact/INVOIC"].state == "refused" if "edifact/INVOIC" in by_form else True
    refused = [each for each in trial.messages if each.state == "refused"]
    assert refused
    for each in refused:
        assert {one.code for one in each.problems} >= {"P124", "G301"}
    assert any(each.state == "mapped" for each in trial.messages)


# ---- settings


def test_the_shipped_guides_have_no_problems() -> None:
    assert checked(ROOT) == []


def test_a_guide_that_is_not_there_is_named(root: Path) -> None:
    change(root, f"{ACME}/partner.yaml", "guides/orders.yaml", "guides/order.yaml")
    (found,) = checked(root)
    assert (found.code, found.place.file) == ("G443", f"{ACME}/partner.yaml")
    assert found.remedy.endswith("; did you mean guides/orders.yaml?")


@pytest.mark.parametrize("name", ["../acme-retail/guides/orders.yaml", "/etc/passwd", "eancom1979"])
def test_a_guide_is_only_looked_for_where_guides_are(root: Path, name: str) -> None:
    change(root, f"{ACME}/partner.yaml", "guides/orders.yaml", name)
    assert [each.code for each in checked(root)] == ["G443"]


def test_a_guide_of_another_message_is_refused(root: Path) -> None:
    text = "guide: other\nbase: EDIFACT D.96A ORDCHG\n"
    (root / GUIDE).write_text(text, encoding="utf-8")
    assert [each.code for each in checked(root)] == ["G444"]


def test_a_message_is_held_while_its_guide_has_errors(root: Path) -> None:
    change(root, GUIDE, "  BGM:\n", "  BMG:\n")
    assert [(each.code, each.place.file) for each in checked(root)] == [("G406", GUIDE)]
    trial = received(root, "orders.edi")
    assert [each.state for each in trial.messages] == ["held"]
    assert [code for code, _ in codes(trial)] == ["P129"]


def test_a_named_guide_serves_without_a_file(root: Path) -> None:
    change(root, f"{ACME}/partner.yaml", "guides/orders.yaml", "eancom1997")
    assert checked(root) == []
    trial = received(root, "orders.edi", "- BGM+220+PO-26-10417+9'\n+ BGM+220+PO-26-10417+10'\n")
    assert ("G314", "error") in codes(trial)
    assert has_errors(each for one in trial.messages for each in one.problems)


def test_heads_of_the_tests_are_guides(root: Path) -> None:
    for name, text in (("a.yaml", HEAD), ("b.yaml", X12_HEAD)):
        (root / name).write_text(text, encoding="utf-8")
        guide, problems = Translation(loaded(root)).guides.load(root / name)
        assert guide is not None
        assert problems == []


def test_a_999_has_the_codes_of_guides_and_what_made_a_segment_required(tmp_path: Path) -> None:
    guide = usable(
        tmp_path,
        X12_HEAD
        + """segments:
  CTT: N
  BEG: {elements: {BEG02: [NE]}}
conditions:
  - {name: terms, if: {all: [{CUR.CUR02: USD}]}, then: {require: [ITD], forbid: [BEG.BEG05]}}
""",
    )
    message = sent(edited("850.x12", ""))
    _, found = judged(guide, message)
    verdict = MessageVerdict(message.found.header, tuple(found))
    header = message.found.header.group
    assert header is not None
    segments = functional_999(GroupVerdict(header, (verdict,), (), 1, 1), reference="1")
    shown = [segment.replace(ELEMENT, "*").replace(COMPONENT, ":") for segment in segments]
    assert shown[3:-2] == [
        "IK3*BEG*2**8",
        "IK4*2*92*I6*SA",
        "IK4*5*373*I13*20260517",
        "CTX*SITUATIONAL TRIGGER*CUR*3**2",
        "IK3*ITD*4**I6",
        "CTX*SITUATIONAL TRIGGER*CUR*3**2",
        "IK3*CTT*10**I4",
        "IK5*R*I5",
    ]
