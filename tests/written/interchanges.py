"""Interchanges of two invented partners, written as some settings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Own, Partner, Settings
from gateway.pipeline import counters, wire
from gateway.syntax import build
from gateway.syntax.yamltext import read_yaml

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
BODIES = {
    "edifact": [build("BGM", "380", "I1", "9"), build("UNS", "S")],
    "x12": [build("BIG", "20260302", "I1")],
}
OWN = {
    "name": "Our Company",
    "identities": {
        "edifact": {"id": "4098765000003", "qualifier": "14"},
        "x12": {"id": "OURCOMPANY", "qualifier": "ZZ"},
    },
}
PARTNER = {
    "partner": "northwind",
    "name": "Northwind Stores (example)",
    "identities": {
        "edifact": {"id": "4012345000009", "qualifier": "14", "test_id": "4012345000016"},
        "x12": {"id": "NORTHWIND", "qualifier": "ZZ"},
    },
    "channels": {"main": {"kind": "folder", "send": {"folder": "out"}}},
}


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Settings over settings."""
    known = dict(base)
    for name, value in more.items():
        both = isinstance(value, dict) and isinstance(known.get(name), dict)
        known[name] = merged(known[name], value) if both else value
    return known


def workspace_of(
    root: Path, standard: str, partner: Mapping[str, Any], agreement: Mapping[str, Any], own: Any
) -> Workspace:
    """A workspace with one partner who gets invoices."""
    usual = "EDIFACT D.96A EAN008" if standard == "edifact" else "X12 004010"
    rows = [{"document": "invoice", "direction": "outbound", "standard": usual} | dict(agreement)]
    made = Partner.model_validate(merged(PARTNER, {**partner, "agreements": rows}))
    settings = Settings.model_validate(
        {"erp": {"receive": {"folder": "i"}, "send": {"folder": "o"}}}
    )
    us = Own.model_validate(merged(OWN, own))
    return Workspace(root, settings, us, {made.partner: made}, "")


def written(workspace: Workspace, bodies: Sequence[Sequence[str]], number: int = 17) -> wire.Built:
    """The interchange of some bodies, with the n-th control number."""
    partner = workspace.partners["northwind"]
    (agreement,) = partner.agreements
    subject = wire.subject_of(workspace, partner, agreement)
    levels = {"interchange": [number], "group": [number]}
    levels["message"] = [number + index for index in range(len(bodies))]
    drawn = replace(counters.spelled(subject, levels), documents=tuple("I1" for _ in bodies))
    return wire.compose(workspace, partner, agreement, bodies, drawn, AT)


def settings_of(text: str) -> dict[str, Any]:
    """What a case says, as the settings are read."""
    found, problems = read_yaml(text.encode(), "case")
    assert found is not None and not problems, problems
    return dict(found.data or {})
