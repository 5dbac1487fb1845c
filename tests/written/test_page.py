"""The settings on the page about envelopes are right, each piece by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config.countercheck import counter_problems
from gateway.config.envelope import EdifactSyntax, X12Syntax
from gateway.config.envelopecheck import envelope_problems
from gateway.config.models import Partner
from gateway.syntax.yamltext import read_yaml
from tests.written.interchanges import PARTNER, merged, workspace_of

PAGE = (Path(__file__).parents[2] / "docs/howto/write-envelopes.md").read_text(encoding="utf-8")
PIECES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.parametrize("piece", PIECES, ids=range(len(PIECES)))
def test_a_piece_of_settings_is_right(piece: str, tmp_path: Path) -> None:
    text, problems = read_yaml(piece.encode(), "partner.yaml")
    assert text is not None and problems == []
    workspace = workspace_of(tmp_path, "edifact", {}, {}, {})
    partner = Partner.model_validate(merged(PARTNER, text.data))
    checked = replace(workspace, partners={"northwind": partner}, texts={"northwind": text})
    assert list(envelope_problems(checked, partner, text)) == []
    assert list(counter_problems(checked)) == []


def test_the_checklist_names_every_setting() -> None:
    listed = set(re.findall(r"[a-z_]{3,}", PAGE))
    for model in (EdifactSyntax, X12Syntax):
        assert set(model.model_fields) <= listed | {"una"}
