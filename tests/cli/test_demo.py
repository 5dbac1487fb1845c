"""The demo shows the whole product, in a folder of its own, as often as one likes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]


def test_the_demo_tells_the_story_twice_in_a_row(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first, second = run("demo", "--folder", folder), run("demo", "--folder", folder)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    for said in ("UCI+4711", "AK1*PO*88", "QTY+21:1O:PCE'", "G208", "DESADV", "ST*856*", "ST*810*"):
        assert said in second.stdout, said
    assert "Files for the ERP before: 2, after: 2" in second.stdout
    assert "Confirmed: RE-26-7001, RE-26-7002." in second.stdout
    assert "\x1b" not in second.stdout


def test_the_demo_speaks_json(run: Run, tmp_path: Path) -> None:
    result = run("demo", "--folder", tmp_path / "demo", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [chapter["summary"]["refused"] for chapter in found["chapters"]] == [2, 0, 0, 0]
    states = {(row["direction"], row["state"]) for row in found["messages"]}
    assert ("in", "refused") in states and ("out", "delivered") in states
    confirmed = {row["document"] for row in found["messages"] if row["state"] == "acknowledged"}
    assert confirmed == {"order", "invoice"}


def test_a_folder_that_is_not_the_demos_is_never_emptied(run: Run, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    result = run("demo", "--folder", tmp_path)
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_format_has_no_place_for_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    assert run("demo", "--folder", folder).exit_code == 0
    told = run("-w", folder, "messages", "problem:V513").output
    assert "RE-26-7002" in told, told
