"""Settings are compared by the value that holds, wherever it is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.config.difference import Agreed
from tests.pipeline.shop import ROOT
from tests.plan.desk import ACME, TEXT, Desk

ORDER = Agreed("acme-retail", "order", "inbound")
HOUSE = (ROOT / "gateway.yaml").read_text(encoding="utf-8")
OWN = (ROOT / "partners/_own.yaml").read_text(encoding="utf-8")
EDITS = {
    ("mode: live   ", "mode: test   "): "~ agreements[order inbound].mode live -> test",
    ("totals_within: 0.02", "totals_within: 0.50"): (
        "~ agreements[order inbound].checks.totals_within 0.02 -> 0.50"
    ),
    ("line_breaks: false", "line_breaks: true"): "~ syntax.edifact.line_breaks none -> crlf",
    ("stable_for: 2s", "stable_for: 3s"): "~ channels.main.receive.stable_for 2s -> 3s",
    ("name: Acme Retail (example)", "name: Acme"): "~ name Acme Retail (example) -> Acme",
}


def test_a_value_says_what_it_was_and_where_it_is_written(desk: Desk) -> None:
    found = desk.edit({ACME: TEXT.replace("mode: live   ", "mode: test   ")})
    (change,) = found.changes
    assert (change.what, change.kind, change.partner) == ("setting", "changed", "acme-retail")
    assert (change.path, change.values) == ("agreements[order inbound].mode", "live -> test")
    assert change.place is not None
    assert (change.place.file, change.place.line) == (ACME, 20)
    assert found.touched == found.decided == [ORDER]


def test_order_comments_and_defaults_that_are_written_make_no_difference(desk: Desk) -> None:
    head, _, rest = TEXT.partition("agreements:\n")
    first, second = rest.split("  - document: orderresponse", 1)
    second, third = second.split("  - document: despatch", 1)
    turned = (
        f"{head}agreements:\n  - document: despatch{third}  - document: orderresponse{second}"
        f"{first}# a comment\nmode: live\n"
    )
    assert desk.said({ACME: turned}) == ["~ partner.yaml"]
    (change,) = desk.edit({}).changes
    assert (change.what, change.note, change.decides) == ("file", "means the same", False)


def test_a_new_agreement_is_one_difference(desk: Desk) -> None:
    more = "  - {document: receipt, direction: inbound, standard: EDIFACT D.96A EAN005}\n"
    found = desk.edit({ACME: TEXT + more})
    (change,) = found.changes
    assert (change.what, change.path) == ("agreement", "agreements[receipt inbound]")
    assert change.values == "EDIFACT D.96A EAN005, live"
    assert found.touched == [Agreed("acme-retail", "receipt", "inbound")]


def test_partners_come_and_go(desk: Desk) -> None:
    new = TEXT.replace("partner: acme-retail", "partner: contoso-foods")
    new = new.replace("4012345000009", "4012345000030").replace("0001004711", "0001004713")
    new = new.replace("    guide: guides/orders.yaml                     # narrows ORDERS: what "
                      "they may send\n", "")  # fmt: skip
    shutil.rmtree(desk.files / "partners/acme-retail")
    assert desk.said({"partners/contoso-foods/partner.yaml": new}) == [
        "- Acme Retail (example) 4 agreements, 1 channel",
        "+ Acme Retail (example) 4 agreements, 1 channel",
    ]


def test_a_partner_that_cannot_be_read_stays_as_it_runs(desk: Desk) -> None:
    assert desk.said({ACME: TEXT.replace("mode: live   ", "mode: lvie   ")}) == []


def test_what_is_of_the_house_names_all_it_decides_about(desk: Desk) -> None:
    found = desk.edit({"gateway.yaml": HOUSE.replace("invoice: csv", "invoice: json")})
    (change,) = found.changes
    assert (change.path, change.values) == ("erp.formats.invoice", "csv -> json")
    assert {each.document for each in found.decided} == {"invoice"}
    found = desk.edit({"gateway.yaml": HOUSE.replace("first: 5s", "first: 6s")})
    assert [each.path for each in found.changes] == ["retry.first"]
    assert found.decided == []
    found = desk.edit({"gateway.yaml": HOUSE, "partners/_own.yaml": OWN.replace("R, q", "X, q")})
    assert found.changes == ()
    found = desk.edit({"partners/_own.yaml": OWN.replace("x12: {id: OURCOMPANY", "x12: {id: OURS")})
    assert [each.path for each in found.changes] == ["identities.x12.id"]
    assert len(found.decided) == 8


def test_what_only_says_how_things_travel_decides_nothing(desk: Desk) -> None:
    found = desk.edit({ACME: TEXT.replace("stable_for: 2s", "stable_for: 9s")})
    assert len(found.touched) == 4
    assert found.decided == []


def test_a_channel_that_does_not_send_any_more_decides(desk: Desk) -> None:
    lines = [each for each in TEXT.splitlines(keepends=True) if "send:" not in each]
    found = desk.edit({ACME: "".join(lines)})
    assert {each.document for each in found.decided} == {"orderresponse", "despatch", "invoice"}


SERVER = """\
  away:
    kind: sftp
    sftp:
      host: sftp.acme-retail.example
      login: {{user: edi, password: "${{env:{name}}}"}}
      host_keys: ["SHA256:{key}"]
      receive: {{folder: /out}}
"""


def test_secrets_are_references(desk: Desk) -> None:
    def with_server(name: str) -> str:
        server = SERVER.format(name=name, key="A" * 43)
        text = TEXT.replace("syntax:\n", f"{server}syntax:\n", 1)
        return text.replace("    standard:", "    channel: main\n    standard:")

    first = Desk(desk.files.parent / "other", {ACME: with_server("ACME_ONE")})
    said = first.said({ACME: with_server("ACME_TWO")})
    assert said == ["~ channels.away.sftp.login.password ${env:ACME_ONE} -> ${env:ACME_TWO}"]


def test_entries_of_a_list_are_named_by_what_names_them(desk: Desk) -> None:
    box = """\
  box:
    kind: mailbox
    mailbox: {{user: acme-edi, keys: [{keys}], send: {{}}}}
"""

    def with_keys(*files: str) -> str:
        keys = box.format(keys=", ".join(f"{{file: {each}}}" for each in files))
        text = TEXT.replace("syntax:\n", f"{keys}syntax:\n", 1)
        return text.replace("    standard:", "    channel: main\n    standard:")

    house = HOUSE + "mailboxes: {listen: '127.0.0.1:2222', host_keys: ['${file:own/k}']}\n"
    keys = {f"partners/acme-retail/{name}.pub": "ssh-ed25519 AAAA" for name in "ab"}
    start = {ACME: with_keys("a.pub"), "gateway.yaml": house, **keys}
    other = Desk(desk.files.parent / "other", start)
    said = other.said({ACME: with_keys("b.pub", "a.pub")})
    assert said[0] == "+ channels.box.mailbox.keys[b.pub].file b.pub"
    assert not any("a.pub" in each for each in said)


@given(st.sets(st.sampled_from(sorted(EDITS))))
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_exactly_what_was_edited_is_told(desk: Desk, chosen: set[tuple[str, str]]) -> None:
    text = TEXT
    for old, new in chosen:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    assert sorted(desk.said({ACME: text})) == sorted(EDITS[each] for each in chosen)


@pytest.mark.parametrize("name", ["NOTES.md", "later.map"])
def test_a_file_that_nothing_uses_is_told_as_such(desk: Desk, name: str) -> None:
    found = desk.edit({f"partners/acme-retail/{name}": "overlay mappings/edifact/orders.map\n"})
    (change,) = found.changes
    assert (change.what, change.path, change.note) == ("file", name, "no setting names it")
    assert found.touched == []


def test_samples_are_no_part_of_it(desk: Desk) -> None:
    assert desk.said({"partners/acme-retail/samples/order/a/in.edi": "UNB"}) == []


def test_a_path_is_kept_where_the_folder_is_another(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.said({}) == []
