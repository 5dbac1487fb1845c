"""Single examples: good ones that are taken, bad ones that are refused with the code they name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.config import Workspace
from gateway.config.envelope import Recipient
from gateway.config.secrets import parse
from gateway.config.translation import Translation
from gateway.pipeline.rehearsal.sampling import bad, good
from tests.rehearsal.conftest import AT


@pytest.mark.parametrize(
    ("partner", "document", "writers"),
    [
        ("acme-retail", "order", ["partner"]),
        ("acme-retail", "despatch", ["erp", "us"]),
        ("northwind", "sales", ["partner"]),
    ],
)
def test_each_document_has_an_example(
    house: Workspace, partner: str, document: str, writers: list[str]
) -> None:
    made, found = good(house, house.partners[partner], document, AT)
    assert found == ()
    assert [one.by for one in made] == writers


def test_the_same_seed_makes_the_same(house: Workspace) -> None:
    partner = house.partners["northwind"]
    first, again = (good(house, partner, "order", AT, seed=3) for _ in "12")
    assert first == again


def test_an_example_holds_no_password_of_ours(
    house: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is printed, mailed and put into folders; the recipient's password stays where it is."""
    monkeypatch.setenv("PASSWORD_AT_ACME", "Zq8-of-acme")
    partner = house.partners["acme-retail"]
    asked = Recipient(reference=parse("${env:PASSWORD_AT_ACME}"), qualifier="BB")
    edifact = partner.syntax.edifact.model_copy(update={"recipient": asked})
    edifact.model_fields_set.add("recipient")
    syntax = partner.syntax.model_copy(update={"edifact": edifact})
    syntax.model_fields_set.add("edifact")
    changed = partner.model_copy(update={"syntax": syntax})
    there = replace(house, partners={**house.partners, "acme-retail": changed})
    made, found = good(there, changed, "despatch", AT)
    assert found == ()
    sent = next(one.data for one in made if one.by == "us")
    assert b"+HIDDEN:BB+" in sent.partition(b"UNH")[0]
    assert not any(b"Zq8-of-acme" in one.data for one in made)


def test_an_example_of_a_scenario(house: Workspace) -> None:
    made, found = good(house, house.partners["northwind"], "invoice", AT, scenario="return")
    assert found == ()
    assert len([one for one in made if one.by == "erp"]) == 2
    assert b";credit_note;" in [one for one in made if one.by == "erp"][1].data


def test_numbers_of_another_day_go_on_elsewhere(house: Workspace) -> None:
    partner = house.partners["northwind"]
    first, second = (good(house, partner, "sales", at)[0][0].data for at in (AT, AT.replace(day=3)))
    assert first.split(b"*")[13] != second.split(b"*")[13]


def test_bad_ones_are_in_the_partners_envelope_and_name_their_code(house: Workspace) -> None:
    partner = house.partners["acme-retail"]
    agreement = partner.agreements[0]
    guide, _ = Translation(house).guide(partner, agreement)
    made = list(bad(house, partner, agreement, AT, guide=guide))
    told = {one.what: one.code for one in made}
    assert told["BGM element 2 (1004) is too long"] == "G315"
    assert told["the file ends in the middle"] == "S201"
    assert told["test and live mixed up"] == "P109"
    assert all(b"4012345000009:14+4098765000010:14" in one.data for one in made[:-1])
    assert len({one.data for one in made}) == len(made)
