"""Partners with one inbound agreement or several, and what becomes of what they send."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.config import Workspace, load_workspace
from gateway.config.translation import Translation
from gateway.pipeline.house import Rules
from gateway.pipeline.trial import Trial, try_interchanges
from gateway.problems import Problem
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import ACME, GATEWAY, NORTHWIND, OWN, Clock

ORDER = "  - {document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}\n"
ORDER_X12 = "  - {document: order, direction: inbound, standard: X12 004010}\n"
assert ORDER in ACME
assert ORDER_X12 in NORTHWIND


def acme(*agreements: str, more: str = "", identities: str = "") -> str:
    """The partner by EDIFACT; ``agreements``: what each says beside document and standard."""
    rows = "".join(_row("EDIFACT D.96A EAN008", each) for each in agreements or ("",))
    text = ACME.replace(ORDER, rows)
    if identities:
        text = text.replace("edifact: {id: 4012345000009, qualifier: 14}", identities)
        assert identities in text
    return text + more


def northwind(*agreements: str, more: str = "", identities: str = "") -> str:
    """The partner by X12."""
    rows = "".join(_row("X12 004010", each) for each in agreements or ("",))
    text = NORTHWIND.replace(ORDER_X12, rows)
    if identities:
        text = text.replace("x12: {id: NORTHWIND, qualifier: ZZ}", identities)
        assert identities in text
    return text + more


def _row(standard: str, more: str) -> str:
    standard = "" if "standard:" in more else f", standard: {standard}"
    return f"  - {{document: order, direction: inbound{standard}{', ' if more else ''}{more}}}\n"


def load(
    root: Path, partner: str = "", other: str = "", own: str = OWN, gateway: str = GATEWAY
) -> tuple[Workspace, list[Problem]]:
    """A workspace with both partners, and everything that is wrong with it."""
    files = {
        "gateway.yaml": gateway,
        "partners/_own.yaml": own,
        "partners/acme-retail/partner.yaml": partner or ACME,
        "partners/northwind/partner.yaml": other or NORTHWIND,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace, problems


@dataclass(frozen=True)
class Tried:
    """A trial, as tests ask for it."""

    trial: Trial

    @property
    def states(self) -> list[str]:
        return [str(each.state) for each in self.trial.messages]

    @property
    def codes(self) -> list[list[str]]:
        """Of each message."""
        return [[one.code for one in each.problems] for each in self.trial.messages]

    @property
    def found(self) -> dict[str, Problem]:
        """The problems of all messages, by code."""
        return {one.code: one for each in self.trial.messages for one in each.problems}

    @property
    def answer(self) -> str:
        return b"".join(self.trial.answers).decode("latin-1")


def tried(
    workspace: Workspace,
    data: bytes,
    owner: str = "acme-retail",
    translation: Translation | None = None,
) -> Tried:
    """Judge a file of a partner by the settings; by the maps of the tests where none are given."""
    stub: Any = StubTranslation(workspace)
    rules = Rules(workspace, translation or stub, Clock())
    return Tried(try_interchanges(rules, "in.edi", data, workspace.partners[owner]))
