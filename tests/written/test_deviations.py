"""What an agreement says about its interchanges replaces what the partner says, each by itself."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.config.envelope import EdifactDeviation, X12Deviation, syntax_of
from gateway.config.models import Partner
from tests.written.interchanges import PARTNER

EDIFACT: dict[str, Any] = {
    "version": "UNOB:4",
    "encoding": "1",
    "una": "never",
    "line_breaks": "lf",
    "delimiters": {"element": "^"},
    "codec": "utf-8",
    "characters": {"outside": "replace"},
    "recipient": {"reference": "R1"},
    "routing": {"sender": "DOOR"},
    "application_reference": "INVOIC",
    "priority": "B",
    "ask_ack": "true",
    "agreement_id": "EANCOM",
    "test_indicator": "always",
    "agency": "EN",
    "access_reference": "number",
    "group": {"write": "true"},
    "control_numbers": {"width": "5"},
}
X12: dict[str, Any] = {
    "version": "00501",
    "standards_id": "U",
    "usage": "I",
    "line_breaks": "lf",
    "delimiters": {"element": "|"},
    "codec": "utf-8",
    "characters": {"set": "basic"},
    "authorization": {"information": "A1"},
    "security": {"password": "${env:NW_SECRET}"},
    "ask_ack": "true",
    "group": {"agency": "T"},
    "control_numbers": {"first": "5"},
}
STANDARDS = {"edifact": "EDIFACT D.96A EAN008", "x12": "X12 004010"}


@pytest.mark.parametrize(
    ("syntax", "name", "value"),
    [
        *(("edifact", name, value) for name, value in EDIFACT.items()),
        *(("x12", name, value) for name, value in X12.items()),
    ],
)
def test_one_thing_is_otherwise(syntax: str, name: str, value: Any) -> None:
    row = {"document": "invoice", "direction": "outbound", "standard": STANDARDS[syntax]}
    plain = Partner.model_validate({**PARTNER, "agreements": [row]})
    other = {**row, "syntax": {syntax: {name: value}}}
    partner = Partner.model_validate({**PARTNER, "agreements": [other]})
    usual = syntax_of(plain, plain.agreements[0])
    changed = syntax_of(partner, partner.agreements[0])
    names = type(usual).model_fields
    differs = [each for each in names if getattr(usual, each) != getattr(changed, each)]
    assert differs == [name]


def test_everything_that_may_be_otherwise_is_tried() -> None:
    assert set(EDIFACT) == set(EdifactDeviation.model_fields)
    assert set(X12) == set(X12Deviation.model_fields)
