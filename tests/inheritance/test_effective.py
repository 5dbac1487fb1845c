"""``gateway partner show --effective``: every setting that holds, and who says so."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.config import Partner, load_workspace
from gateway.config.effective import effective
from gateway.config.reference import rows
from tests.inheritance.conftest import ACME, IDENTITIES, Write, load

AS2 = """channels:
  main:
    kind: as2
    as2: {id: ACME, url: "https://acme.example/as2?key=4711", preset: sterling,
          send: {encoding: binary}}
agreements:
  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}
"""


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-w", str(root), "partner", "show", *arguments])


def test_every_setting_of_the_reference_is_shown(root: Path) -> None:
    """Except those of groups that are not there."""
    paths = {each.path for each in effective(load(root), "acme-retail")}
    found = {(path[0], *path[2:]) if path[0] == "agreements" else path for path in paths}
    groups = {path[:-1] for path in found}
    for path, _, _ in rows(Partner):
        steps = tuple(path.replace("[]", "").split("."))
        assert steps in found or steps[:-1] not in groups or len(steps) == 1, path
    assert {("mode",), ("syntax", "edifact", "una"), ("agreements", "checks", "profile")} <= found


def test_a_preset_stands_where_it_is_named(root: Path, write: Write) -> None:
    write(ACME, IDENTITIES + AS2)
    house, _ = load_workspace(root)
    assert house is not None
    found = {each.setting: each for each in effective(house, "acme-retail")}
    compress = found["channels.main.as2.send.compress"]
    assert (compress.value, compress.source) == ("none", "preset")
    assert compress.shown_origin == "partner.yaml:9 (preset)"
    assert found["channels.main.as2.send.encoding"].source == "written"
    assert found["channels.main.as2.send.level"].source == "default"


def test_the_mode_of_the_partner_is_the_origin_of_a_mode_that_it_caps(
    root: Path, write: Write
) -> None:
    text = (root / ACME).read_text(encoding="utf-8")
    write(ACME, text + "mode: test\n")
    found = {each.setting: each for each in effective(load(root), "acme-retail")}
    order, line = found["agreements[order inbound].mode"], len(text.splitlines()) + 1
    assert (order.value, order.shown_origin) == ("test", f"partner.yaml:{line}")


def test_nothing_secret_is_shown(root: Path, write: Write) -> None:
    login = "http: {login: {user: acme, password: '${env:ACME_AS2}'}}"
    write(ACME, IDENTITIES + AS2.replace("preset: sterling", login))
    shown = run(root, "acme-retail", "--effective").output
    assert "${env:ACME_AS2}" in shown
    assert "4711" not in shown


def test_a_partner_at_a_glance(root: Path, write: Write) -> None:
    text = (root / ACME).read_text(encoding="utf-8")
    write(ACME, text + "contacts: {edi: {name: EDI desk, email: edi@acme.example}}\n")
    shown = run(root, "acme-retail")
    assert shown.exit_code == 0
    for word in ("4012345000009:14", "EDI desk", "main  folder", "order inbound", "orders.map"):
        assert word in shown.output
    data = json.loads(run(root, "acme-retail", "--json").output)
    assert [each["acknowledgement"] for each in data["agreements"]] == ["contrl", "none"]


def test_settings_as_json_have_file_and_line(root: Path) -> None:
    data = json.loads(run(root, "acme-retail", "--effective", "--written", "--json").output)
    assert data["settings"][0] == {
        "setting": "partner", "value": "acme-retail", "source": "written", "file": ACME, "line": 1,
    }  # fmt: skip
    assert not any(each["source"] == "default" for each in data["settings"])


def test_of_a_partner_who_is_not_there_or_broken_nothing_is_shown(root: Path, write: Write) -> None:
    assert run(root, "nobody").exit_code == 2
    write(ACME, "partner: acme-retail\n")
    result = run(root, "acme-retail")
    assert result.exit_code == 2
    assert "left out" in result.stderr
