"""The row type of the code registry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem does to the thing it is found in."""

    ERROR = "error"
    """Refuses it."""
    WARNING = "warning"
    """Is reported; the thing goes on."""


class Layer(StrEnum):
    """Which part of the work finds it, and so who can usually mend it."""

    SYNTAX = "syntax"
    ENVELOPE = "envelope"
    STRUCTURE = "structure"
    ELEMENT = "element"
    GUIDE = "guide"
    DOCUMENT = "document"
    MAP = "map"
    ERP = "erp"
    CONFIG = "config"
    CHANNEL = "channel"
    PIPELINE = "pipeline"
    SHOP = "shop"
    ALARM = "alarm"
    HOUSE = "house"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One registered problem. ``sentence`` and ``remedy`` are templates over the facts.

    ``edifact`` is the code of data element 0085 (CONTRL); ``ak3`` of 720 (AK304), ``ak4`` of 723
    (AK403), ``ak5`` of 718 (AK502), ``ak9`` of 716 (AK905), ``ta1`` of I18 (TA105). ``ik3`` of 620
    (IK304), ``ik4`` of 621 (IK403) and ``ik5`` of 618 (IK502) are set where a 999 says more than a
    997 can; without them it has the codes of the 997.
    """

    code: str
    layer: Layer
    title: str
    sentence: str
    why: str
    remedy: str
    severity: Severity = Severity.ERROR
    edifact: str | None = None
    ak3: str | None = None
    ak4: str | None = None
    ak5: str | None = None
    ak9: str | None = None
    ik3: str | None = None
    ik4: str | None = None
    ik5: str | None = None
    ta1: str | None = None


def row(
    layer: Layer,
    code: str,
    title: str,
    sentence: str,
    *,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    """A code that has no equivalent in the acknowledgements."""
    return Code(
        code=code,
        layer=layer,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=severity,
    )
