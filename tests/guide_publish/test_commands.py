"""``gateway guide``: every command by name and by file, with exit codes 0, 1 and 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from gateway.cli.commands.guide import COMMANDS
from gateway.cli.main import main
from gateway.grammar.guide.publish.samples import sample
from tests.guide_publish.publishing import FILES, ROOT, guide, made_negatives


def run(*arguments: str | Path) -> Result:
    every = ["-w", str(ROOT), "guide", *map(str, arguments)]
    return CliRunner().invoke(main, every, catch_exceptions=False)


def _json(*arguments: str | Path) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"gateway guide {name}" in result.stdout.partition("Example:")[2]


def test_list_names_partners_and_what_they_build_on() -> None:
    result = run("list")
    assert "acme-retail/orders" in result.stdout
    assert "eancom1997" in result.stdout
    (one,) = _json("list", "acme", "orders")
    assert (one["base"], one["extends"]) == ("EDIFACT D96A ORDERS", "eancom1997")


def test_check_makes_samples() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "acme-retail/orders: no problems, samples pass" in result.stdout


def test_check_of_a_wrong_guide_ends_with_1(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("guide: x\nbase: EDIFACT D.96A ORDERS\nsegments: {XYZ: N}\n", "utf-8")
    result = run("check", path)
    assert (result.exit_code, "G406" in result.stdout) == (1, True)
    assert _json("check", path)[0]["ok"] is False


@pytest.mark.parametrize("name", ["acme-retail/orders", "partners/acme-retail/guides/orders.yaml"])
def test_a_guide_goes_by_name_and_by_file(name: str) -> None:
    text = name if "/guides/" not in name else str(ROOT / name)
    shown = _json("show", text)
    assert shown["guide"] == "acme-retail/orders"
    assert [one["path"] for one in shown["rules"]][:3] == ["UNB", "UNG", "BGM"]
    assert "SG25/SG28" not in {one["path"] for one in shown["rules"]}


def test_show_all_has_what_is_taken_over() -> None:
    assert "SG25/SG28" in {
        one["path"] for one in _json("show", "acme-retail/orders", "--all")["rules"]
    }
    assert "If BGM.1225 is 1 or 4" in run("show", "acme-retail/orders").stdout


def test_a_guide_that_is_not_there_ends_with_2() -> None:
    result = run("show", "acme-retail/order")
    assert result.exit_code == 2
    assert "near: acme-retail/orders" in result.stderr


def test_validate_pins_what_it_finds(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.edi", tmp_path / "bad.edi"
    good.write_bytes(sample(guide("acme"), "typical").wire())
    (one,) = (each for each in made_negatives("acme").samples if each.what.startswith("NAD (buyer)")
              and each.problem.code == "G317")  # fmt: skip
    bad.write_bytes(one.sample.wire())
    right = run("validate", good, "--guide", "acme-retail/orders")
    assert (right.exit_code, "1 message by acme-retail/orders, no problems" in right.stdout) == (
        0,
        True,
    )
    wrong = run("validate", bad, "-g", "acme-retail/orders")
    assert (wrong.exit_code, "G317" in wrong.stdout, "^^^" in wrong.stdout) == (1, True, True)
    found = _json("validate", bad, "-g", "acme-retail/orders")
    assert [each["code"] for each in found["problems"]] == ["G317"]


def test_validate_says_each_thing_once(tmp_path: Path) -> None:
    path = tmp_path / "cut.edi"
    data = sample(guide("acme"), "typical").wire()
    path.write_bytes(data.replace(b"DTM+2:", b"DTM+2:\x01").partition(b"UNT")[0])
    found = _json("validate", path, "-g", "acme-retail/orders")["problems"]
    told = [(one["code"], one["place"].get("offset"), one["sentence"]) for one in found]
    assert len(told) == len(set(told)) > 1


def test_validate_of_another_message_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "order.x12"
    path.write_bytes(sample(guide("northwind")).wire())
    assert run("validate", path, "-g", "acme-retail/orders").exit_code == 2


def test_sample_on_standard_output_and_as_json_by_the_schema(tmp_path: Path) -> None:
    assert (
        run("sample", "northwind/850").stdout_bytes == sample(guide("northwind"), "typical").wire()
    )
    schema = tmp_path / "schema.json"
    assert run("schema", "northwind/850", "-o", schema).exit_code == 0
    validator = Draft202012Validator(json.loads(schema.read_text("utf-8")))
    assert validator.is_valid(_json("sample", "northwind/850", "--variant", "full"))


def test_page_is_written(tmp_path: Path) -> None:
    path = tmp_path / "pages" / "orders.html"
    result = run("page", FILES["closed"], "-o", path, "--edition", "1.2", "--partner", "Northwind")
    assert result.exit_code == 0, result.output
    text = path.read_text("utf-8")
    assert "<dd>1.2</dd>" in text
    assert "<dd>Northwind</dd>" in text


def test_negatives_are_written_with_an_index(tmp_path: Path) -> None:
    folder = tmp_path / "refused"
    assert run("negatives", "northwind/850", "-o", folder).exit_code == 0
    index = json.loads((folder / "index.json").read_text("utf-8"))
    assert {one["file"] for one in index["samples"]} == {one.name for one in folder.glob("*.x12")}
    first = index["samples"][1]
    assert (first["problem"]["code"], first["answers"]["999 IK304"]) == ("G305", "5")
    listed = run("negatives", "northwind/850")
    assert "group N1 (buyer) is missing" in listed.stdout
    assert "none, it is reported" in listed.stdout


def test_diff_names_changes_and_files(tmp_path: Path) -> None:
    old = ROOT / "partners/acme-retail/guides/orders.yaml"
    new = tmp_path / "new.yaml"
    new.write_text(old.read_text("utf-8").replace("length: 1..17", "length: 1..3"), "utf-8")
    order = tmp_path / "orders" / "order.edi"
    order.parent.mkdir()
    order.write_bytes(sample(guide("acme"), "typical").wire())
    (order.parent / "note.txt").write_text("no interchange", "utf-8")
    result = run("diff", old, new, "--samples", order.parent)
    assert result.exit_code == 1
    assert "breaking    BGM.1004  length changed: 1..17 → 1..3" in result.stdout
    assert "order.edi: right before, refused now" in result.stdout
    told = _json("diff", old, new, "-s", order.parent)
    assert (told["changes"][0]["effect"], told["files"][0]["effect"]) == ("breaking", "breaking")
    assert run("diff", old, old).exit_code == 0
