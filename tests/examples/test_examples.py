"""The example partners: what is shipped is complete, and does what its notes say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.config import Workspace, load_workspace
from gateway.config.translation import Translation
from gateway.pipeline.as2.check import certificate_problems
from gateway.pipeline.rehearsal.rehearse import rehearse
from gateway.pipeline.remote.check import connection_problems
from gateway.pipeline.remote.source import sources
from gateway.pipeline.samples import cases, run
from gateway.problems import errors

ROOT = Path(__file__).parents[2]
COMPLETE = ("fourth-coffee", "tailspin-garden", "wingtip-toys")
AT = datetime(2026, 9, 14, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def house() -> Workspace:
    workspace, problems = load_workspace(ROOT)
    assert workspace is not None and not errors(problems)
    return workspace


@pytest.mark.parametrize("name", COMPLETE)
def test_each_sample_becomes_what_it_says(house: Workspace, name: str) -> None:
    translation, partner = Translation(house), house.partners[name]
    found = [
        (case.name, run(translation, case, partner))
        for case in cases([ROOT / "partners" / name / "samples"])
    ]
    assert [case for case, result in found if not result.passed] == []
    documents = {case.split("/")[0] for case, _ in found}
    assert documents == {each.document for each in partner.agreements}


@pytest.mark.parametrize("name", COMPLETE)
def test_all_that_can_be_rehearsed_passes(house: Workspace, name: str) -> None:
    """Numbers that may come once only, batches and a window of delivery are no obstacle."""
    only = ["confirmation", "duplicate"]
    done = rehearse(house, house.partners[name], AT, only=only)
    assert Counter(one.result for one in done) == {"passed": 2}, [one.problems for one in done]


@pytest.mark.parametrize("name", COMPLETE)
def test_it_is_complete(house: Workspace, name: str) -> None:
    folder, partner = ROOT / "partners" / name, house.partners[name]
    assert (folder / "NOTES.md").is_file()
    assert (folder / "partner.yaml").read_text("utf-8").startswith("# yaml-language-server: ")
    assert partner.contacts and partner.agreements[0].guide
    identity = partner.identities.edifact or partner.identities.x12
    assert identity is not None and identity.test_id is not None


def test_what_paused_partners_lack_is_a_warning_with_the_command(house: Workspace) -> None:
    _, found = load_workspace(ROOT)
    found += [*certificate_problems(house, AT), *connection_problems(house, AT)]
    assert [each.code for each in found] == ["C474", "C474"]
    as2, sftp = sorted(found, key=lambda each: each.facts["what"])
    assert (as2.facts["partner"], as2.facts["missing"]) == (
        "fourth-coffee",
        "partners/_own.yaml has no as2.keys",
    )
    assert "gateway partner certs new" in as2.remedy
    assert "ssh-keygen -q -t ed25519 -N '' -f secrets/wingtip-toys.key" in sftp.remedy


def test_nobody_looks_into_the_server_of_a_paused_partner(house: Workspace) -> None:
    assert list(sources(house)) == []
    paused = house.partners["wingtip-toys"]
    agreed = (paused.agreements[0].model_copy(update={"mode": "test"}), *paused.agreements[1:])
    tried = paused.model_copy(update={"mode": "test", "agreements": agreed})
    partners = {**house.partners, "wingtip-toys": tried}
    (found,) = sources(replace(house, partners=partners))
    assert found.name == "wingtip-toys/main"
