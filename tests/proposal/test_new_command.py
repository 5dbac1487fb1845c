"""`gateway partner new` as a person gives it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.config import load_workspace
from gateway.config.translation import Translation
from gateway.pipeline.proposing import folder as folders
from gateway.problems import errors
from tests.proposal.conftest import empty, order

Run = Callable[..., Result]
HELD_OUT = Path(__file__).parents[1] / "corpus" / "x12" / "stupidedi__pass__1~6.edi"
"""An 855 of another project (tests/corpus/NOTICE) that nobody looked at when this was written."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return empty(tmp_path / "shop")


@pytest.fixture
def run(shop: Path) -> Run:
    def invoke(*arguments: str | Path) -> Result:
        words = ["-w", str(shop), "partner", "new", *(str(each) for each in arguments)]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    return invoke


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    (tmp_path / "order-1.edi").write_bytes(order("1"))
    return tmp_path / "order-1.edi"


def files(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def test_from_an_empty_workspace_one_command_makes_a_partner_that_translates(
    shop: Path, run: Run, sample: Path
) -> None:
    result = run("contoso-foods", "--from", sample)
    assert result.exit_code == 0, result.output
    assert "1 of 1 samples become a document, 1 without any error" in result.output
    workspace, problems = load_workspace(shop)
    assert workspace is not None
    assert list(workspace.partners) == ["contoso-foods"]
    found = [*problems, *Translation(workspace).problems()]
    assert not errors(found)
    # with one sample nothing is required yet: C211 says what our map needs all the same
    assert {one.code for one in found} == {"C211", "C501"}
    case = shop / "partners/contoso-foods/samples/order/0001-order-1"
    assert json.loads((case / "canonical.json").read_text())["number"] == "1"
    tested = CliRunner().invoke(main, ["-w", str(shop), "map", "test", "contoso-foods"])
    assert (tested.exit_code, "1 as expected" in tested.output) == (0, True)


def test_a_sample_that_nobody_has_seen_becomes_a_partner(shop: Path, run: Run) -> None:
    result = run("held-out", "--from", HELD_OUT, "--json")
    made = json.loads(result.stdout)
    assert (result.exit_code, made["translated"], made["samples"]) == (0, 1, 1)
    assert [one for one in made["check"] if one["severity"] == "error"] == []
    assert made["messages"][0]["document"] == "orderresponse"
    assert made["decide"] and made["ask"] and made["written"]


def test_a_folder_that_is_there_is_never_written_over(shop: Path, run: Run, sample: Path) -> None:
    run("contoso-foods")
    before = files(shop)
    result = run("contoso-foods", "--from", sample)
    assert result.exit_code == 1
    assert "C500" in result.output
    assert files(shop) == before


def test_a_dry_run_shows_all_and_writes_nothing(shop: Path, run: Run, sample: Path) -> None:
    before = files(shop)
    result = run("contoso-foods", "--from", sample, "--dry-run")
    assert "would be written" in result.output
    assert files(shop) == before


def test_the_partner_of_the_samples_is_not_made_twice(shop: Path, run: Run, sample: Path) -> None:
    run("contoso-foods", "--from", sample)
    result = run("contoso-two", "--from", sample)
    assert result.exit_code == 1
    assert "C507" in result.output
    assert not (shop / "partners/contoso-two").exists()


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OSError, match="no space"):
        folders.write_folder(tmp_path / "contoso-foods", {"partner.yaml": b"x", "a/b": b"y"})
    assert list(tmp_path.iterdir()) == []


def test_a_path_never_leads_out_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="leads out"):
        folders.write_folder(tmp_path / "contoso-foods", {"../x": b""})
    assert list(tmp_path.iterdir()) == []


def test_more_samples_widen_a_guide_that_nobody_changed(
    shop: Path, run: Run, sample: Path, tmp_path: Path
) -> None:
    run("contoso-foods", "--from", sample)
    more = tmp_path / "order-2.edi"
    more.write_bytes(order("2", extra="DTM+2:20260305:102"))
    result = run("contoso-foods", "--add", "--from", more)
    assert result.exit_code == 0, result.output
    assert "+      requested:" in result.output
    partner = files(shop / "partners/contoso-foods")
    assert b"requested:" in partner["guides/orders.yaml"]
    assert "samples/order/0002-order-2/canonical.json" in partner


def test_a_guide_that_somebody_changed_stays_and_the_new_one_lies_beside_it(
    shop: Path, run: Run, sample: Path, tmp_path: Path
) -> None:
    run("contoso-foods", "--from", sample)
    guide = shop / "partners/contoso-foods/guides/orders.yaml"
    guide.write_text(guide.read_text().replace("unlisted: warn", "unlisted: keep"))
    before = guide.read_bytes()
    more = tmp_path / "order-2.edi"
    more.write_bytes(order("2", extra="DTM+2:20260305:102"))
    result = run("contoso-foods", "--add", "--from", more)
    assert "somebody changed" in result.output
    assert guide.read_bytes() == before
    assert b"requested:" in guide.with_suffix(".proposed.yaml").read_bytes()


def test_what_no_agreement_speaks_of_is_told(
    shop: Path, run: Run, sample: Path, tmp_path: Path
) -> None:
    run("contoso-foods", "--from", sample)
    more = tmp_path / "order-2.edi"
    more.write_bytes(order("2", message="ORDERS:D:01B:UN:EAN010"))
    result = run("contoso-foods", "--add", "--from", more)
    assert "no agreement speaks of order inbound, EDIFACT D.01B EAN010" in result.output


def test_a_partner_like_another_has_his_agreements_and_not_his_identities(
    tmp_path: Path,
) -> None:
    root = empty(tmp_path / "shop")
    shutil.copytree(
        Path(__file__).parents[2] / "partners" / "northwind", root / "partners" / "northwind"
    )
    words = ["-w", str(root), "partner", "new", "contoso-foods", "--like", "northwind"]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    workspace, problems = load_workspace(root)
    assert workspace is not None
    assert not errors(problems), [str(one) for one in errors(problems)]
    made, pattern = workspace.partners["contoso-foods"], workspace.partners["northwind"]
    assert [one.document for one in made.agreements] == [one.document for one in pattern.agreements]
    assert made.mode == "test"
    text = (root / "partners/contoso-foods/partner.yaml").read_text()
    assert "NORTHWIND" not in text
    assert "# decide:" in text
    assert b"guide: contoso-foods/850" in files(root / "partners/contoso-foods")["guides/850.yaml"]


def test_a_secret_of_the_pattern_is_not_taken_over_unasked(tmp_path: Path) -> None:
    root = empty(tmp_path / "shop")
    there = root / "partners" / "northwind"
    shutil.copytree(Path(__file__).parents[2] / "partners" / "northwind", there)
    text = (there / "partner.yaml").read_text(encoding="utf-8")
    security = "security: {password: '${env:AT_NORTHWIND}'}"
    (there / "partner.yaml").write_text(
        text.replace("version: 00401", f"version: 00401, {security}")
    )
    words = ["-w", str(root), "partner", "new", "contoso-foods", "--like", "northwind"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    workspace, problems = load_workspace(root)
    assert workspace is not None and not errors(problems), [str(one) for one in problems]
    assert any("a secret of northwind" in one.sentence for one in problems if one.code == "C501")


def test_without_anything_the_least_is_written(shop: Path, run: Run) -> None:
    assert run("contoso-foods", "--name", "Contoso Foods").exit_code == 0
    workspace, problems = load_workspace(shop)
    assert workspace is not None and not errors(problems)
    assert workspace.partners["contoso-foods"].name == "Contoso Foods"


@pytest.mark.parametrize("kind", ["sftp", "ftps", "https", "mail", "as2", "mailbox"])
def test_a_channel_of_any_kind_is_a_skeleton_that_loads(
    shop: Path, run: Run, sample: Path, kind: str
) -> None:
    made = json.loads(run("contoso-foods", "--from", sample, "--channel", kind, "--json").stdout)
    assert made["written"]
    found = {one["code"] for one in made["check"] if one["severity"] == "error"}
    # what the house itself lacks is said, and nothing else
    assert found <= {"as2": {"C452"}, "mailbox": {"C485"}}.get(kind, set())
    marked = [one for one in made["decide"] if one["file"] == "partner.yaml"]
    assert len(marked) > 4


@pytest.mark.parametrize(
    "words",
    [
        ("Contoso",),
        ("contoso-foods", "--like", "x", "--from", "."),
        ("contoso-foods", "--add"),
    ],
)
def test_what_does_not_go_together_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
