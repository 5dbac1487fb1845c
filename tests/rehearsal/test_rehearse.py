"""Scenarios go the real way, with the partner's real settings, and touch nothing of the house."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.config import Workspace
from gateway.config.matching import Match
from gateway.config.values import SyntaxLevel
from gateway.documents import check_digit
from gateway.pipeline.rehearsal.rehearse import Rehearsed, rehearse
from gateway.pipeline.rehearsal.scenarios import SCENARIOS
from tests.rehearsal.conftest import AT


def told(played: list[Rehearsed]) -> str:
    return "\n".join(f"{one.name}: {found}" for one in played for found in one.problems)


@pytest.fixture(scope="module")
def played(
    house: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Rehearsed]]:
    keep = tmp_path_factory.mktemp("kept")
    return keep, rehearse(house, house.partners["acme-retail"], AT, keep=keep)


def test_a_partner_with_everything_plays_everything(
    played: tuple[Path, list[Rehearsed]],
) -> None:
    _, done = played
    assert [one.name for one in done] == list(SCENARIOS)
    assert {one.result for one in done} == {"passed"}, told(done)


def test_nothing_of_the_house_is_touched(
    played: tuple[Path, list[Rehearsed]], house: Workspace
) -> None:
    assert sorted(each.name for each in house.root.iterdir()) == ["gateway.yaml", "partners"]


def test_what_is_sent_means_something(played: tuple[Path, list[Rehearsed]]) -> None:
    text = next((played[0] / "new-order").glob("01-*")).read_text()
    assert text.split("'")[1].endswith("++++++1")
    assert all(check_digit(gtin) for gtin in re.findall(r"(\d{13}):EN'", text))
    assert f"DTM+2:{AT + timedelta(days=5):%Y%m%d}:102" in text
    assert "BGM+224+" in text  # the guide knows no other kind of order
    assert "IMD" not in text
    assert "NAD+DP" not in text


def test_the_files_of_a_scenario_are_kept_in_their_order(
    played: tuple[Path, list[Rehearsed]],
) -> None:
    names = sorted(each.name for each in (played[0] / "back-order").iterdir())
    assert names[:6] == [
        "01-order-from-partner.edi",
        "02-order-for-erp.csv",
        "03-acknowledgement.edi",
        "04-orderresponse-from-erp.csv",
        "05-orderresponse-for-partner.edi",
        "06-acknowledgement-from-partner.edi",
    ]
    step = played[1][5].steps[0]
    assert (step.what, step.files) == ("order from the partner", tuple(names[:3]))


def test_another_seed_is_another_order(house: Workspace, tmp_path: Path) -> None:
    partner = house.partners["northwind"]
    for seed in (0, 7):
        rehearse(house, partner, AT, only=["new-order"], seed=seed, keep=tmp_path / f"{seed}")
    first, other = (next(tmp_path.glob(f"{seed}/new-order/01-*")).read_bytes() for seed in "07")
    assert first != other


def test_the_same_scripts_serve_a_partner_who_sells(house: Workspace, tmp_path: Path) -> None:
    partner = house.partners["contoso-foods"]
    done = rehearse(house, partner, AT, only=["unknown-article", "change"], keep=tmp_path)
    assert [one.result for one in done] == ["not agreed", "passed"], told(done)
    assert done[0].reason == "needs orderchange"
    assert (tmp_path / "unknown-article/01-order-from-erp.csv").exists()
    (response,) = (tmp_path / "unknown-article").glob("*-orderresponse-from-partner.edi")
    assert "LIN+4+7" in response.read_text()  # not accepted


def test_what_an_agreement_wants_around_a_message_is_there(house: Workspace) -> None:
    """An application reference, capital letters only, and a password that nobody has here."""
    partner = house.partners["acme-retail"]
    order = partner.agreements[0].model_copy(
        update={"guide": None, "match": Match(application_reference="ORDERSTO")}
    )
    edifact = partner.syntax.edifact.model_copy(update={"version": SyntaxLevel("UNOA", "2")})
    identity = partner.identities.edifact
    assert identity is not None
    secret = identity.model_copy(update={"password": object(), "routing": "DEPOT1"})
    changed = partner.model_copy(
        update={
            "agreements": (order,),
            "syntax": partner.syntax.model_copy(update={"edifact": edifact}),
            "identities": partner.identities.model_copy(update={"edifact": secret}),
        }
    )
    there = replace(house, partners={**house.partners, "acme-retail": changed})
    (done,) = rehearse(there, changed, AT, only=["new-order"])
    assert done.result == "passed", told([done])


def test_what_cannot_be_made_is_told_with_the_demand(house: Workspace) -> None:
    """The guide asks for the time of an order, which no map writes."""
    partner = house.partners["northwind"]
    guide = house.partner_folder("northwind") / "850.yaml"
    guide.write_text(
        "guide: northwind/850\nbase: X12 004010 850\ntitle: Too much\n"
        "segments: {MTX: {min: 1}, FOB: {min: 1}, ITD: {min: 3}}\n"
    )
    agreements = tuple(
        one.model_copy(update={"guide": "850.yaml"}) if one.document == "order" else one
        for one in partner.agreements
    )
    changed = partner.model_copy(update={"agreements": agreements})
    there = replace(house, partners={**house.partners, "northwind": changed})
    (done,) = rehearse(there, changed, AT, only=["new-order"])
    guide.unlink()
    assert done.result == "failed"
    assert [one.code for one in done.problems] == ["P253"]


def test_what_comes_out_otherwise_is_told_with_its_step(house: Workspace) -> None:
    """Our answers have nowhere to go."""
    partner = house.partners["northwind"]
    channels = {"main": partner.channels["main"].model_copy(update={"send": None})}
    changed = partner.model_copy(update={"channels": channels})
    there = replace(house, partners={**house.partners, "northwind": changed})
    (done,) = rehearse(there, changed, AT, only=["new-order"])
    first, *_ = done.problems
    assert (done.result, first.code) == ("failed", "P252")
    assert "expected answered with 997, came out" in first.sentence
    assert done.as_json()["steps"][0]["state"] == "failed"
