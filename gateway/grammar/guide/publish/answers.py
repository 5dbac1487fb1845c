"""The codes by which an acknowledgement names a finding."""

from __future__ import annotations

from gateway.grammar.acknowledge.codes import element_code, segment_code, set_codes, syntax_error
from gateway.problems import Problem
from gateway.syntax import Dialect


def answers(found: Problem, dialect: Dialect, release: str) -> dict[str, str]:
    """Codes by data element: ``CONTRL 0085``, ``997 AK304``, ``999 IK403``."""
    if dialect.standard == "edifact":
        return {"CONTRL 0085": syntax_error(found, dialect.version)}
    row = found.registered
    told: dict[str, str | None] = {}
    for name, extended in (("997 AK", False), ("999 IK", True)):
        told[f"{name}304"] = segment_code(row, extended=extended)
        told[f"{name}403"] = element_code(row, release, extended=extended)
        told[f"{name}502"] = " ".join(set_codes([found], extended=extended))
    return {name: code for name, code in told.items() if code}
