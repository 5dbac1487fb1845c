"""`gateway map`: what its commands print and how they end."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gateway.cli.commands.map import COMMANDS
from tests.maptools.conftest import ROOT, parsed

Run = Callable[..., Result]
OVERLAY = (
    "overlay edifact/orders.map\nreplace delivery.on <-> DTM+64 date\ndrop delivery.earliest\n"
)
SAMPLE = ROOT / "samples" / "acme-retail" / "orders" / "0001-one-good-one-bad.edi"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_shows_an_example(run: Run, name: str) -> None:
    result = run("map", name, "--help")
    assert result.exit_code == 0
    assert "Example:" in result.stdout


@pytest.fixture
def acme(shop: Path) -> Path:
    """A partner with an overlay."""
    folder = shop / "partners" / "acme-retail"
    (folder / "orders.map").write_text(OVERLAY, encoding="utf-8")
    settings = folder / "partner.yaml"
    text = settings.read_text(encoding="utf-8")
    new = text.replace("document: order\n", "document: order\n    mapping: orders.map\n", 1)
    assert new != text
    settings.write_text(new, encoding="utf-8")
    return folder


def test_show_tells_what_an_overlay_changed(run: Run, acme: Path) -> None:
    (shown,) = parsed(run("map", "show", "acme-retail", "order", "--changed", "--json"))
    (row,) = shown["rows"]
    assert (row["field"], row["wire"], row["origin"]) == ("delivery.on", "DTM+64", "replace")
    assert row["line"] == 2
    everything = run("map", "show", "acme-retail", "ORDERS").stdout
    assert "delivery.latest" in everything
    assert "\ndelivery.earliest" not in everything


def test_diff_compares_a_file_and_a_partner(run: Run, acme: Path) -> None:
    result = run("map", "diff", "edifact/orders.map", acme / "orders.map", "--json")
    assert result.exit_code == 1
    changes = parsed(result)["changes"]
    assert [(one["field"], one["kind"]) for one in changes] == [
        ("delivery.on", "changed"), ("delivery.earliest", "removed"),
    ]  # fmt: skip
    same = run("map", "diff", "edifact/orders.map", "edifact/orders.map")
    assert same.exit_code == 0
    assert "no rows differ" in same.stdout


def test_an_unknown_partner_is_told(run: Run) -> None:
    result = run("map", "show", "nobody", "order")
    assert result.exit_code == 2
    assert "acme-retail" in result.stderr


def test_check_points_at_the_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.map"
    path.write_text("map canonical/order <-> edifact/D96A/ORDERS\nnumber <-> BGM.1044\n")
    result = run("map", "check", path)
    assert result.exit_code == 1
    assert "M204" in result.stdout
    assert "number <-> BGM.1044" in result.stdout
    assert "^^^^" in result.stdout
    (told,) = parsed(run("map", "check", path, "--json"))
    assert not told["ok"]


def test_fmt_writes_checks_and_shows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.map"
    loose = "map canonical/order <-> edifact/D96A/ORDERS\nnumber <-> BGM.1004\n"
    path.write_text(loose)
    assert run("map", "fmt", path, "--check").exit_code == 1
    assert "+number                 <->  BGM.1004" in run("map", "fmt", path, "--diff").stdout
    assert path.read_text() == loose
    assert run("map", "fmt", tmp_path).exit_code == 0
    assert "number                 <->  BGM.1004" in path.read_text()
    assert run("map", "fmt", path, "--check").exit_code == 0
    path.write_text("map canonical/order\n")
    broken = run("map", "fmt", path, "--json")
    assert broken.exit_code == 1
    assert parsed(broken)["broken"]


def test_coverage_counts_what_is_read_and_lists_the_rest(run: Run, tmp_path: Path) -> None:
    case = ROOT / "tests" / "maps" / "samples" / "ORDERS" / "acme" / "in.edi"
    folder = tmp_path / "sent"
    folder.mkdir()
    shutil.copyfile(case, folder / "order.edi")
    extra = case.read_bytes().replace(b"UNS+S", b"RFF+ZZZ:4711'UNS+S", 1)
    (folder / "other.edi").write_bytes(extra)
    result = run("map", "coverage", folder, "--json")
    found = parsed(result)
    assert result.exit_code == 0
    assert {Path(one["file"]).name for one in found["documents"]} == {"order.edi", "other.edi"}
    assert found["total"]["held"] == sum(one["held"] for one in found["documents"])
    assert 0.9 < found["total"]["share"] <= 1
    assert run("map", "coverage", folder, "--least", "1").exit_code == 0
    assert run("map", "coverage").exit_code == 2


def test_samples_are_written_once_and_compared_from_then_on(run: Run, acme: Path) -> None:
    case = acme / "samples" / "one-order"
    case.mkdir(parents=True)
    shutil.copyfile(SAMPLE, case / "in.edi")
    (case / "erp.csv").write_bytes(b"")
    assert run("map", "test").exit_code == 1
    assert run("map", "test", "acme-retail", "--update").exit_code == 0
    assert sorted(path.name for path in case.iterdir()) == [
        "back.edi", "canonical.json", "erp.csv", "in.edi", "problems.txt",
    ]  # fmt: skip
    assert b"PO-26-10417" in (case / "erp.csv").read_bytes()
    assert run("map", "test").exit_code == 0
    (acme / "orders.map").write_text(f"{OVERLAY}drop contract\n", encoding="utf-8")
    result = run("map", "test")
    assert result.exit_code == 1
    assert "contract" in result.stdout
    (told,) = parsed(run("map", "test", "--json"))
    assert "canonical.json" in [one["file"] for one in told["differs"]]


def test_a_sample_that_cannot_run_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "in.csv").write_text("a;b\n")
    result = run("map", "test", tmp_path)
    assert result.exit_code == 1
    assert "cannot run" in result.stdout


def test_complete_lists_what_fits(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "orders.map"
    path.write_text("map canonical/order <-> edifact/D96A/ORDERS\nnumber <-> BG\n")
    result = run("map", "complete", path, "--line", "2", "--column", "14", "--json")
    assert {"text": "BGM", "kind": "segment", "detail": ""} in parsed(result)["suggestions"]
    assert run("map", "complete", path, "--line", "9", "--column", "1").exit_code == 1
