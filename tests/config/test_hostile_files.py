"""Settings files that are no files, that never end, or that lead out of their folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.commands.init import write_workspace
from gateway.cli.main import main
from gateway.config import Workspace, load_workspace
from gateway.config.snapshot import collect
from gateway.config.translation import Translation
from gateway.problems import Problem, errors

ACME = "partners/acme-retail"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_workspace(tmp_path / "shop")
    return tmp_path / "shop"


def loaded(root: Path) -> tuple[Workspace, list[Problem]]:
    found, problems = load_workspace(root)
    assert found is not None
    return found, errors([*problems, *Translation(found).problems()])


def pipe(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices as files")
@pytest.mark.parametrize("made", [pipe, endless, loop, Path.mkdir])
def test_what_is_no_file_is_told_and_nobody_waits(root: Path, made: Callable[[Path], None]) -> None:
    (root / ACME / "partner.yaml").unlink()
    made(root / ACME / "partner.yaml")
    found, wrong = loaded(root)
    assert "acme-retail" in found.broken
    assert [one.code for one in wrong] == ["C108"]
    shown = CliRunner().invoke(main, ["-w", str(root), "check"], catch_exceptions=False)
    assert (shown.exit_code, "C108" in shown.output) == (1, True)


def test_a_file_that_is_too_large_is_read_no_further(root: Path) -> None:
    with (root / ACME / "partner.yaml").open("ab") as file:
        file.truncate(300_000_000)
    _, wrong = loaded(root)
    assert [one.code for one in wrong] == ["C106"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("functions", "../../../outside.py"),
        ("codes", "{unit: ../../../outside.csv}"),
        ("functions", "samples/outside.py"),
        ("functions", ".outside.py"),
    ],
)
def test_a_path_leads_to_nothing_outside(root: Path, setting: str, value: str) -> None:
    outside = root.parent / "outside.py"
    ran = root.parent / "ran"
    for place in (outside, root / ACME / "samples/outside.py", root / ACME / ".outside.py"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"from pathlib import Path\nPath({str(ran)!r}).write_text('')\n")
    (root.parent / "outside.csv").write_text("of somebody else\n")
    with (root / ACME / "partner.yaml").open("a") as file:
        file.write(f"{setting}: {value}\n")
    _, wrong = loaded(root)
    assert wrong[0].code == "C201"
    assert not any("somebody" in one.sentence for one in wrong)
    assert not ran.exists() or not value.startswith("..")


@pytest.mark.parametrize(
    "overlay",
    ["overlay mappings/edifact/orders.map\ncodes unit from ../../../outside.csv\n",
     "overlay ../../../outside/orders.map\n", "overlay /outside/orders.map\n"],
)  # fmt: skip
def test_a_map_names_nothing_outside(root: Path, overlay: str) -> None:
    (root.parent / "outside.csv").write_text("of somebody else\n")
    (root.parent / "outside").mkdir()
    (root.parent / "outside/orders.map").write_text("of somebody else\n")
    text = (root / ACME / "partner.yaml").read_text()
    text = text.replace("    mode: live ", "    mapping: own.map\n    mode: live ", 1)
    (root / ACME / "partner.yaml").write_text(text)
    (root / ACME / "own.map").write_text(overlay)
    _, wrong = loaded(root)
    assert not any("somebody" in one.sentence for one in wrong)


def test_a_link_to_a_folder_is_part_of_what_runs(root: Path) -> None:
    elsewhere = root.parent / "acme"
    (root / ACME).rename(elsewhere)
    (root / ACME).symlink_to(elsewhere)
    (elsewhere / "guides").rename(root.parent / "guides")
    (elsewhere / "guides").symlink_to(root.parent / "guides")
    found, wrong = loaded(root)
    files = collect(found).files
    assert not wrong
    assert {f"{ACME}/partner.yaml", f"{ACME}/guides/orders.yaml"} <= files.keys()
    (root.parent / "guides/orders.yaml").write_text("guide: other/orders\n")
    assert loaded(root)[0].hash != found.hash


def test_links_that_lead_back_or_to_each_other_end(root: Path) -> None:
    names = sorted(each.name for each in (root / "partners").iterdir() if each.is_dir())
    for one in names:
        (root / "partners" / one / "up").symlink_to("..")
        for other in names:
            (root / "partners" / one / f"to-{other}").symlink_to(f"../{other}")
    found, wrong = loaded(root)
    assert not wrong
    assert len(collect(found).files) < 5_000


@pytest.mark.parametrize(
    "text",
    [
        "secret: &a [*a]\n",
        "secret: " + "[" * 400 + "]" * 400,
        "x: &a0 [s]\n" + "".join(f"x{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 12))
        + "password: plainly\n",
    ],
)  # fmt: skip
def test_a_file_that_repeats_itself_is_collected_at_once(root: Path, text: str) -> None:
    (root / ACME / "beside.yaml").write_text(text)
    found, _ = load_workspace(root)
    assert found is not None
    kept = collect(found).files.get(f"{ACME}/beside.yaml", b"")
    assert b"plainly" not in kept
