"""Under which of several agreements a message is."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.matching import Match, Subject, ambiguous, choose
from gateway.config.models import Agreement
from gateway.problems.render import render
from tests.agreement.kit import acme, load, northwind, tried
from tests.pipeline.world import OWN, orders, purchase_orders


def agreed(code: str = "", **match: str) -> Agreement:
    return Agreement.model_validate(
        {
            "document": "order",
            "direction": "inbound",
            "standard": f"EDIFACT D.96A {code}".strip(),
            "match": match,
        }
    )


def order(**more: str) -> Subject:
    return Subject(syntax="edifact", message="ORDERS", directory="D96A", **more)


def test_the_one_that_asks_for_most_is_taken() -> None:
    plain, flow = agreed(), agreed(application_reference="ORDERSTO")
    both = agreed(application_reference="ORDERSTO", association="EAN008")
    every = (plain, flow, both)
    assert choose(every, order()) is plain
    assert choose(every, order(application_reference="ORDERSTA")) is plain
    assert choose(every, order(application_reference="ORDERSTO")) is flow
    full = order(application_reference="ORDERSTO", association="EAN008")
    assert choose(every, full) is both


def test_the_association_decides_between_equals() -> None:
    old, new, general = agreed("EAN008"), agreed("EAN010"), agreed()
    assert choose((old, new), order(association="EAN010")) is new
    assert choose((old, new), order(association="EAN009")) is None
    assert choose((old, new, general), order(association="EAN009")) is general
    assert choose((old,), order(association="EAN009")) is old


VALUES = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from("ab") for name in ("sender", "agreement", "association")}
)


@given(VALUES, VALUES)
def test_two_are_ambiguous_exactly_when_a_message_fits_both_with_equal_right(
    one: dict[str, str], other: dict[str, str]
) -> None:
    first, second = agreed(**one), agreed(**other)
    subjects = [
        order(sender=sender, agreement=agreement, association=association)
        for sender, agreement, association in product("ab", repeat=3)
    ]
    clash = any(
        first.match.fits(each) and second.match.fits(each) and len(one) == len(other)
        for each in subjects
    )
    assert ambiguous(first, second) is clash


@given(VALUES, st.permutations(range(3)))
def test_the_order_in_the_file_does_not_matter(match: dict[str, str], places: list[int]) -> None:
    every = [agreed(**match), agreed("EAN008", sender="a", agreement="b"), agreed("EAN009")]
    if any(ambiguous(every[0], each) for each in every[1:]):
        return
    shuffled = [every[place] for place in places]
    for sender, association in product("ab", ("EAN008", "EAN009", "")):
        subject = order(sender=sender, agreement="b", association=association)
        assert choose(every, subject) == choose(shuffled, subject)


def test_flows_are_told_apart_by_the_application_reference(tmp_path: Path) -> None:
    store = "match: {application_reference: ORDERSTO}, checks: {unknown_code: warn}"
    supply = "match: {application_reference: ORDERSTA}, mode: paused"
    workspace, problems = load(tmp_path, acme(store, supply))
    assert not problems
    header = b"260302:0914+4711'"
    for reference, state in (("ORDERSTO", "mapped"), ("ORDERSTA", "held"), ("", "refused")):
        data = orders().replace(header, f"260302:0914+4711++{reference}'".encode())
        made = tried(workspace, data)
        assert made.states == [state], made.codes
    assert made.found["P104"].facts["agreed"].startswith("ORDERS D96A (application_reference OR")


def test_versions_side_by_side(tmp_path: Path) -> None:
    workspace, problems = load(
        tmp_path,
        acme("standard: EDIFACT D.96A EAN008", "standard: EDIFACT D.96A EAN009, mode: paused"),
    )
    assert not problems
    for association, state in (("EAN008", "mapped"), ("EAN009", "held"), ("EAN007", "refused")):
        made = tried(workspace, orders(kind=f"ORDERS:D:96A:UN:{association}"))
        assert made.states == [state]
    assert made.found["P104"].facts["message"] == "ORDERS D96A EAN007"


def test_x12_is_told_apart_by_group_and_release(tmp_path: Path) -> None:
    stores = "match: {group_sender: NWSTORES}, mode: paused"
    vics = "match: {group_version: 004010VICS}, mode: paused"
    workspace, problems = load(tmp_path, "", northwind("", stores, vics))
    assert [each.code for each in problems] == ["C160"]
    data = purchase_orders()
    for old, new, state in (
        (b"GS*PO", b"GS*PO", "mapped"),
        (b"GS*PO*NORTHWIND", b"GS*PO*NWSTORES", "held"),
        (b"*004010~ST", b"*004010VICS~ST", "held"),
    ):
        assert tried(workspace, data.replace(old, new), "northwind").states == [state]


def test_a_clash_names_both_places(tmp_path: Path) -> None:
    text = acme("match: {application_reference: ORDERSTO}", "match: {agreement: EANCOM}")
    _, problems = load(tmp_path, text)
    (found,) = problems
    assert found.code == "C160"
    assert (found.place.line, found.facts["other_line"]) == (14, "13")
    shown = render(found, text)
    assert "under that of partners/acme-retail/partner.yaml line 13" in shown
    assert "(application_reference ORDERSTO)" in shown


def test_what_excludes_each_other_does_not_clash() -> None:
    assert Match(sender="a").excludes(Match(sender="b", agreement="c"))
    assert not Match(sender="a").excludes(Match(agreement="c"))


# ---- identities


DEPOTS = (
    "edifact: {id: 4012345000009, qualifier: 14, also: [{id: 4012345000023, test_id: DEPOTTEST},"
    " {id: ACME, qualifier: ZZZ}]}"
)


@pytest.mark.parametrize(
    ("sender", "known"),
    [
        ("4012345000009:14", True),
        ("4012345000023:14", True),
        ("DEPOTTEST:14", True),
        ("ACME:ZZZ", True),
        ("ACME:14", False),
        ("4012345000030:14", False),
    ],
)
def test_a_party_has_several_ids(sender: str, known: bool, tmp_path: Path) -> None:
    workspace, problems = load(tmp_path, acme(identities=DEPOTS))
    assert not problems
    made = tried(workspace, orders(sender=sender))
    assert [each.code for each in made.trial.problems] == ([] if known else ["P101"])
    if sender.startswith("DEPOTTEST"):  # a test by its id, and the agreement is live
        assert made.codes == [["P107"]]
    elif known:
        assert made.states == ["mapped"]


def test_two_that_claim_a_further_id_are_both_named(tmp_path: Path) -> None:
    other = northwind(identities="x12: {id: NORTHWIND, qualifier: ZZ}\n  edifact: {id: ACME}")
    other = other.replace("edifact: {id: ACME}", "edifact: {id: ACME, qualifier: ZZZ}")
    _, problems = load(tmp_path, acme(identities=DEPOTS), other)
    (found,) = problems
    assert found.code == "C301"
    assert found.facts["other_file"] == "partners/acme-retail/partner.yaml"


ROUTED = "edifact: {id: 4300000000000, qualifier: 14, routing: ACME}"


def test_partners_behind_one_id_are_told_apart_by_their_routing(tmp_path: Path) -> None:
    other = northwind(
        identities="x12: {id: NORTHWIND, qualifier: ZZ}\n"
        "  edifact: {id: 4300000000000, qualifier: 14, routing: NORTH}"
    )
    workspace, problems = load(tmp_path, acme(identities=ROUTED), other)
    assert not problems
    for routing, partner in (("ACME", "acme-retail"), ("NORTH", "northwind")):
        found = workspace.partner_by_identity("edifact", "14", "4300000000000", routing)
        assert found is not None
        assert found.partner == partner
    assert workspace.partner_by_identity("edifact", "14", "4300000000000") is None
    assert tried(workspace, orders(sender="4300000000000:14:ACME")).states == ["mapped"]


def test_we_have_several_ids_too(tmp_path: Path) -> None:
    own = OWN.replace(
        "edifact: {id: 4098765000003, qualifier: 14}",
        "edifact: {id: 4098765000003, qualifier: 14, also: [{id: 4098765000010, routing: DC}]}",
    )
    workspace, _ = load(tmp_path, own=own)
    assert tried(workspace, orders(receiver="4098765000010:14:DC")).states == ["mapped"]
    for receiver in ("4098765000010:14", "4098765000010:14:XX", "4098765000027:14"):
        made = tried(workspace, orders(receiver=receiver))
        assert [each.code for each in made.trial.problems] == ["P102"]


# ---- groups


def grouped(data: bytes, sender: str = "4012345000009:14", to: str = "4098765000003:14") -> bytes:
    head, _, rest = data.partition(b"UNH")
    body, _, _ = rest.partition(b"UNZ")
    group = f"UNG+ORDERS+{sender}+{to}+260302:0914+7+UN+D:96A'".encode()
    return head + group + b"UNH" + body + b"UNE+1+7'UNZ+1+4711'"


@pytest.mark.parametrize(
    ("checks", "group", "found"),
    [
        ("groups: any", True, []),
        ("groups: require", True, []),
        ("groups: require", False, ["P172"]),
        ("groups: forbid", True, ["P172"]),
        ("groups: forbid", False, []),
        ("group_ids: agreed", True, []),
        ("group_ids: agreed", False, []),
    ],
)
def test_groups_are_as_agreed(checks: str, group: bool, found: list[str], tmp_path: Path) -> None:
    workspace, problems = load(tmp_path, acme(f"checks: {{{checks}}}"))
    assert not problems
    made = tried(workspace, grouped(orders()) if group else orders())
    assert made.codes == [found]
    assert made.states == ["refused" if found else "mapped"]


def test_groups_name_the_codes_that_were_agreed(tmp_path: Path) -> None:
    identities = "x12: {id: NORTHWIND, qualifier: ZZ, group: NWSTORES}"
    other = northwind("checks: {group_ids: agreed}", identities=identities)
    workspace, _ = load(tmp_path, "", other)
    made = tried(workspace, purchase_orders(), "northwind")
    assert made.found["P172"].facts["agreed"] == "NWSTORES"
    assert "AK5*R*1~" in made.answer
    good = purchase_orders().replace(b"GS*PO*NORTHWIND", b"GS*PO*NWSTORES")
    assert tried(workspace, good, "northwind").states == ["mapped"]
