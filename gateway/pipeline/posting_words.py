"""How the timeline and problems say what the ERP said."""

from __future__ import annotations

from gateway.pipeline.posting_said import Said
from gateway.store import Message


def said_text(said: Said) -> str:
    """``posted by the ERP as 12345 (status 53, IDoc 880): Sales order 12345 has been saved``."""
    status = said.status
    verdict = {True: "posted by the ERP", False: "not posted by the ERP"}.get(
        status.posted,  # type: ignore[arg-type]
        "seen by the ERP",
    )
    made = f" as {shown_number(status.made)}" if status.made and status.posted else ""
    theirs = f", IDoc {status.theirs}" if status.theirs else ""
    return f"{verdict}{made} (status {status.status}{theirs}): {cause_of(said)}"


def cause_of(said: Said) -> str:
    """SAP's own words, with the place they are about."""
    status = said.status
    parts = {"segment": status.segment.lstrip("0"), "field": status.field}
    where = " ".join(f"{name} {value}" for name, value in parts.items() if value)
    words = f"{status.text} ({status.code})".strip() if status.code else status.text
    return (words or "no reason given") + (f", {where}" if where else "")


def shown_number(made: str) -> str:
    """A number as people see it in SAP: without the zeros that fill it."""
    return made.lstrip("0") or made


def what_of(row: Message) -> str:
    """``order PO1 of acme-retail``."""
    named = row.number or row.reference
    return f"{row.document} {named} of {row.partner}"
