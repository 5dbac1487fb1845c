"""A message of each document that is exchanged, as its sender would write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.config import Workspace
from gateway.config.identity import ErpIdentity
from gateway.config.models import Agreement, Partner
from gateway.pipeline.rehearsal.sampling import good

_SENDER = {"inbound": "partner", "outbound": "us"}


@dataclass(frozen=True, slots=True)
class Example:
    """A message, a segment a line; empty where none could be made."""

    document: str
    direction: str
    message: str
    text: str

    def as_json(self) -> dict[str, str]:
        """For ``--json``."""
        return {"document": self.document, "direction": self.direction, "text": self.text}


def examples(workspace: Workspace, partner: Partner, at: datetime) -> Iterator[Example]:
    """One for each agreement. Numbers that our ERP has for the partner are not in them."""
    identities = partner.identities.model_copy(
        update={"erp": ErpIdentity(supplier=partner.identities.erp.supplier)}
    )
    outside = partner.model_copy(update={"identities": identities})
    house = replace(workspace, partners={**workspace.partners, partner.partner: outside})
    for each in partner.agreements:
        yield Example(each.document, each.direction, each.message, _text(house, outside, each, at))


def _text(workspace: Workspace, partner: Partner, agreement: Agreement, at: datetime) -> str:
    sides = (workspace.own.identities, partner.identities)
    if any(each.of(agreement.standard.syntax) is None for each in sides):
        return ""  # C113
    made, _ = good(workspace, partner, agreement.document, at)
    wanted = _SENDER[agreement.direction]
    found = next((one for one in made if one.by == wanted), None)
    return "" if found is None else "\n".join(segments(_decoded(found.data)))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def segments(interchange: str) -> list[str]:
    """The segments of an interchange in EDIFACT or X12, each with its terminator."""
    if interchange.startswith("ISA") and interchange[105:106] in ("\r", "\n"):
        return interchange.splitlines()
    text = interchange.replace("\r", "").replace("\n", "")
    if text.startswith("ISA"):
        return _cut(text, text[105:106] or "~", "")
    if text.startswith("UNA"):
        return [text[:9], *_cut(text[9:], text[8], text[6].strip())]
    return _cut(text, "'", "?")


def _cut(text: str, end: str, release: str) -> list[str]:
    plain = f"[^{re.escape(release + end)}]"
    escaped = f"|{re.escape(release)}." if release else ""
    return re.findall(f"(?:{plain}{escaped})*{re.escape(end)}", text)
