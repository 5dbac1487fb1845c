"""Settings of envelopes, and the interchange that they make: one file per case in ``cases/``.

The head is the settings in YAML (``standard``, ``partner``, ``agreement``, ``own``, ``env``), below
``writes`` stands the interchange, a segment in each line. With ``GATEWAY_UPDATE=1`` it is written
anew; review the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.grammar import Library
from gateway.pipeline import wire
from tests.written.interchanges import BODIES, settings_of, workspace_of, written

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
LIBRARY = Library()
WRITES = "writes\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_settings_make_an_interchange(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, _, expected = case.read_text(encoding="utf-8").partition(WRITES)
    said = settings_of(head)
    for name, value in said.get("env", {}).items():
        monkeypatch.setenv(name, value)
    standard = said["standard"]
    workspace = workspace_of(
        tmp_path, standard, said.get("partner", {}), said.get("agreement", {}), said.get("own", {})
    )
    built = written(workspace, [BODIES[standard]] * int(said.get("messages", 1)))
    assert built.problems == ()
    shown = _shown(built.data)
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(head + WRITES + shown, encoding="utf-8")
        return
    assert shown == expected
    partner = workspace.partners["northwind"]
    found = wire.recheck(LIBRARY, built.data, agreed=(partner, partner.agreements[0]))
    # the bodies are no whole messages: what is wrong with the envelope alone counts
    assert not [each for each in found if each.code.startswith("S")]


def _shown(data: bytes) -> str:
    r"""A segment in each line; line breaks that are written are shown as ``\r\n``."""
    text = data.decode("utf-8").replace("\r", "\\r").replace("\n", "\\n")
    for end in ("'", "~", "!"):
        text = text.replace(end, f"{end}\n") if end in text[-3:] or end in text[-9:] else text
    return text.rstrip("\n") + "\n"
