"""From test to live: the demands, the text of the file, and what is said."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.config import Workspace, load_workspace
from gateway.config.translation import Translation
from gateway.pipeline.golive.evidence import Evidence
from gateway.pipeline.golive.flip import consequences, flip
from gateway.pipeline.golive.gate import Demand, Facts, gate, is_open
from gateway.pipeline.rehearsal.rehearse import Rehearsed
from gateway.problems import Place, problem
from tests.rehearsal.conftest import AT, HERE

ALL = [("order", "inbound"), ("orderchange", "inbound")]
ALL += [(name, "outbound") for name in ("orderresponse", "despatch", "invoice")]
FULL = Evidence(frozenset(ALL), frozenset({"orderresponse"}), True, frozenset({"main"}))


def demands(house: Workspace, **changed: Any) -> list[Demand]:
    facts: dict[str, Any] = {
        "workspace": house,
        "translation": Translation(house),
        "partner": house.partners["acme-retail"],
        "problems": [],
        "rehearsed": [Rehearsed("new-order", "A new order", "passed")],
        "evidence": FULL,
        "tried": [],
        "at": AT,
    }
    return gate(Facts(**{**facts, **changed}))


def missing(found: list[Demand]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for one in found:
        if one.problem is not None:
            told.setdefault(one.title, []).append(one.problem.code)
    return told


def test_what_is_never_there_at_first(house: Workspace) -> None:
    found = demands(house)
    assert missing(found) == {
        "samples": ["C531", "C531"],
        "contacts": ["C537"],
        "expectations": ["C538"],
    }
    assert not is_open(found)


@pytest.mark.parametrize(
    ("changed", "title", "codes"),
    [
        (
            {"problems": [problem("C113", Place(file="partners/acme-retail/partner.yaml"))]},
            "settings",
            ["C530"],
        ),
        ({"problems": [problem("C113", Place(file="partners/other/x"))]}, "settings", None),
        ({"rehearsed": [Rehearsed("change", "", "failed")]}, "scenarios", ["C532"]),
        ({"rehearsed": [Rehearsed("change", "", "not agreed")]}, "scenarios", None),
        ({"evidence": Evidence()}, "test messages", ["C533"] * 5),
        ({"evidence": Evidence()}, "acknowledgements", ["C534"] * 2),
        ({"evidence": Evidence()}, "connection", ["C535"]),
        ({"evidence": Evidence(), "tried": ["main"]}, "connection", None),
    ],
)
def test_each_demand(
    house: Workspace, changed: dict[str, Any], title: str, codes: list[str] | None
) -> None:
    found = demands(house, **changed)
    assert missing(found).get(title) == codes
    for one in found:
        if one.problem is not None:
            assert "{" not in one.problem.remedy.replace("{edi:", "").replace("{within:", "") or (
                one.problem.code in ("C537", "C538")
            )


def test_a_partner_of_whom_the_erp_knows_nothing(house: Workspace) -> None:
    partner = house.partners["acme-retail"]
    identities = partner.identities.model_copy(update={"gln": None})
    nameless = partner.model_copy(update={"identities": identities})
    assert missing(demands(house, partner=nameless))["number in the ERP"] == ["C539"]


def test_certificates_are_there_and_last(house: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    partner = house.partners["acme-retail"]
    channel = partner.channels["main"].model_copy(update={"kind": "as2"})
    by_as2 = partner.model_copy(update={"channels": {"main": channel}})

    def held(owner: str, days: int, **more: Any) -> Any:
        known = {"channel": "main", "use": "signing", "state": "in force", "succeeded": False}
        ends = AT + timedelta(days=days)
        return SimpleNamespace(owner=owner, ends=ends, days=lambda _at: days, **{**known, **more})

    found: list[Any] = []
    monkeypatch.setattr("gateway.pipeline.golive.gate.inventory", lambda *_: found)
    monkeypatch.setattr("gateway.pipeline.golive.gate.Links", lambda _workspace: None)
    assert missing(demands(house, partner=by_as2))["certificates"] == ["C536"]
    found += [held("acme-retail", 31), held("", 29, succeeded=True), held("", 0, state="planned")]
    assert "certificates" not in missing(demands(house, partner=by_as2))
    found.append(held("", 29))
    assert missing(demands(house, partner=by_as2))["certificates"] == ["C536"]


# ---- the file

TEXT = (HERE / "workspace/partners/acme-retail/partner.yaml").read_text()


def acme(house: Workspace) -> Any:
    return house.partners["acme-retail"]


def test_one_value_is_changed(house: Workspace) -> None:
    done = flip(house, acme(house), TEXT, "live")
    assert done.after == TEXT.replace("mode: test", "mode: live")


def test_one_document_goes_live_and_the_others_stay(house: Workspace) -> None:
    done = flip(house, acme(house), TEXT, "live", "invoice")
    assert "\nmode: live\n" in done.after
    assert done.after.count("mode: test}") == 3
    assert "    standard: EDIFACT D.96A EAN005\n    acknowledge" not in done.after
    assert (
        "document: orderresponse\n    direction: outbound\n    standard: EDIFACT D.96A EAN005\n"
        in (done.after)
    )
    assert "    mode: test\n    acknowledge: {syntax: contrl}\n" in done.after


def test_the_file_that_comes_out_means_what_was_wanted(house: Workspace, tmp_path: Path) -> None:
    root = Path(shutil.copytree(house.root, tmp_path / "shop"))
    for mode, document in (
        ("live", "order"),
        ("live", None),
        ("test", "invoice"),
        ("paused", None),
    ):
        workspace, _ = load_workspace(root)
        assert workspace is not None
        path = root / "partners/acme-retail/partner.yaml"
        done = flip(workspace, acme(workspace), path.read_text(), mode, document)  # type: ignore[arg-type]
        assert done.problem is None
        assert done.partner is not None
        path.write_text(done.after)
        then, _ = load_workspace(root)
        assert then is not None
        assert [one.mode for one in acme(then).agreements] == [
            one.mode for one in done.partner.agreements
        ]


def test_what_a_parent_gave_is_overridden_in_the_partners_own_file(house: Workspace) -> None:
    done = flip(house, acme(house), TEXT.replace("mode: test\n", ""), "live")
    assert done.after == TEXT.replace("mode: test", "mode: live")


def test_what_cannot_be_written_is_told(house: Workspace) -> None:
    without = TEXT.replace("  - {document: despatch", "  - {document: receipt")
    done = flip(house, acme(house), without, "live", "invoice")
    assert done.problem is not None
    assert done.problem.code == "C525"
    assert not done.changed


def test_what_is_different_from_then_on(house: Workspace) -> None:
    done = flip(house, acme(house), TEXT, "live", "order")
    assert done.partner is not None
    assert list(consequences(house, acme(house), done.partner)) == [
        "order inbound (EDIFACT D.96A EAN008): test becomes live",
        "UNB names us 4098765000003, no longer 4098765000010",
        "UNB 0035 (test indicator) marks no test any more; what the partner marks as one is "
        "refused",
        "order: the ERP finds it in var/erp/out/order",
        "control numbers: test and live have a range each; the next one goes on where it was",
        "documents count for their orders: what is missing or differs is an alarm",
    ]


# ---- the commands


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "workspace", tmp_path / "shop"))


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-w", str(root), *words], catch_exceptions=False)


def test_the_closed_gate_keeps_a_partner_in_test(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.cli.commands.partner.gate.rehearse", lambda *_: [])
    for other in ("acme-retail", "contoso-foods"):
        shutil.rmtree(shop / "partners" / other)
    assert run(shop, "partner", "live", "nobody").exit_code == 2
    path = shop / "partners/northwind/partner.yaml"
    path.write_text(path.read_text().replace("identities:", "mode: test\nidentities:", 1))
    result = run(shop, "partner", "live", "northwind")
    assert result.exit_code == 1
    assert "P254" in result.output
    assert "mode: test" in path.read_text()
    result = run(shop, "partner", "live", "northwind", "--anyway", "agreed by telephone", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["written"], told["problem"]["code"]) == (0, True, "P255")
    assert "mode: live" in path.read_text()
    assert "agreed by telephone" in told["problem"]["sentence"]


def test_back_to_test_and_what_is_not_agreed(shop: Path) -> None:
    result = run(shop, "partner", "mode", "northwind", "paused", "--document", "receipt")
    assert (result.exit_code, "C526" in result.output) == (1, True)
    result = run(shop, "partner", "mode", "northwind", "test", "--dry-run")
    assert "+mode: test" in result.output
    assert "mode:" not in (shop / "partners/northwind/partner.yaml").read_text()
    result = run(shop, "partner", "mode", "acme-retail", "test")
    assert "nothing to do: acme-retail is test already" in result.output


def test_an_invented_message_is_sent_in_test_only(shop: Path) -> None:
    result = run(shop, "sample", "northwind", "order", "--send")
    assert result.exit_code == 2
    assert "order of northwind is live" in result.output
    assert run(shop, "sample", "acme-retail", "order", "--send").exit_code == 0
    assert len(list((shop / "acme/in").iterdir())) == 1
    assert run(shop, "sample", "acme-retail", "receipt").exit_code == 2


def test_no_message_is_made_where_we_have_no_id(shop: Path) -> None:
    own = shop / "partners/_own.yaml"
    kept = [line for line in own.read_text().splitlines() if not line.startswith("  x12:")]
    own.write_text("\n".join(kept) + "\n")
    result = run(shop, "sample", "northwind", "order")
    assert result.exit_code == 2
    assert "our side (partners/_own.yaml) has no identities.x12" in result.output


def test_samples_of_the_erp_tell_what_the_partner_gets(shop: Path) -> None:
    case = shop / "partners/acme-retail/samples/invoice/first"
    assert run(shop, "sample", "acme-retail", "invoice", "-o", str(case)).exit_code == 0
    next(case.glob("*-sent.edi")).unlink()
    next(case.glob("*-erp.csv")).rename(case / "in.csv")
    assert run(shop, "partner", "test", "acme-retail", "--update").exit_code == 0
    assert (case / "sent.edi").read_text().startswith("BGM+380+9")
    assert run(shop, "partner", "test").exit_code == 0
    (case / "sent.edi").write_text("BGM+380+1'")
    result = run(shop, "partner", "test", "acme-retail")
    assert (result.exit_code, "differs" in result.output) == (1, True)
    assert run(shop, "partner", "test", "nobody").exit_code == 2
