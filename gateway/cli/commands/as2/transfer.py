"""How a message came or went by AS2, as ``gateway message`` tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from gateway.channels.as2.mdn.report import shown
from gateway.cli.commands.as2.stored import problems_of
from gateway.problems import Problem
from gateway.store import Message
from gateway.store.as2 import received, sent
from gateway.store.as2.received import Received
from gateway.store.as2.sent import Receipt, Sent

_ID = 80
"""Characters of a Message-ID that a line shows."""


def transfers(connection: Connection, row: Message) -> dict[str, Any]:
    """The message that a file came in, and those that carried a row: for ``--json``."""
    came = _came(connection, row)
    went = [
        _went(each, sent.receipts_of(connection, each.id))
        for each in sent.of_message(connection, row.id)
    ]
    told = {} if came is None else {"in": _told(came)}
    return told | ({"out": went} if went else {})


def lines(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The same for people: what it is, and a line about it."""
    if "in" in told:
        yield "as2 message", _came_line(told["in"])
    for each in told.get("out", ()):
        yield "as2 message", _went_line(each)
        for receipt in each["receipts"]:
            why = receipt["problem"]
            yield (
                "as2 receipt",
                f"{receipt['at'][:19]}  {receipt['verdict']}"
                + (f": {Problem.from_json(why).sentence}" if why else ""),
            )


def _came(connection: Connection, row: Message) -> Received | None:
    """By the key that the intake of a file names: ``as2:KEY:0``."""
    kind, _, rest = (row.intake or "").partition(":")
    return received.find(connection, rest.partition(":")[0]) if kind == "as2" else None


def _told(row: Received) -> dict[str, Any]:
    found = json.loads(row.found or "{}")
    return {
        "message_id": row.message_id,
        "as2_from": row.as2_from,
        "as2_to": row.as2_to,
        "state": row.state,
        "at": row.created.isoformat(),
        "layers": found.get("layers", []),
        "signer": found.get("signer"),
        "mic": found.get("mic"),
        "disposition": row.disposition.rpartition(";")[2].strip(),
        "receipt_to": row.mdn_to,
        "repeats": row.repeats,
        "problems": [each.as_json() for each in problems_of(row)],
    }


def _went(row: Sent, receipts: list[Receipt]) -> dict[str, Any]:
    return {
        "message_id": row.message_id,
        "as2_from": row.as2_from,
        "as2_to": row.as2_to,
        "state": row.state,
        "attempts": row.attempts,
        "receipt": row.receipt,
        "deadline": None if row.deadline is None else row.deadline.isoformat(),
        "status": row.status,
        "disposition": row.disposition,
        "problem": json.loads(row.found) if row.found else None,
        "receipts": [
            {
                "at": each.created.isoformat(),
                "verdict": each.verdict,
                "problem": json.loads(each.found) if each.found else None,
            }
            for each in receipts
        ],
    }


def _came_line(told: dict[str, Any]) -> str:
    layers = ", ".join(
        " ".join([each["kind"], *each.get("algorithms", ())]) for each in told["layers"]
    )
    parts = [
        layers,
        f"by {told['signer']}" if told["signer"] else "",
        f"receipt {told['disposition']}" if told["disposition"] else "no receipt asked for",
        f"to {shown(told['receipt_to'], _ID)}" if told["receipt_to"] else "",
        f"{told['repeats']} repeats" if told["repeats"] else "",
    ]
    return _line(told, parts)


def _went_line(told: dict[str, Any]) -> str:
    attempts = told["attempts"]
    awaited = told["deadline"] if told["state"] == "sent" and told["deadline"] else ""
    parts = [
        f"{attempts} attempt{'' if attempts == 1 else 's'}",
        f"last answer {told['status']}" if told["status"] else "",
        f"receipt {told['disposition']}" if told["disposition"] else "",
        f"receipt expected by {awaited[:19]}" if awaited else "",
        "no receipt agreed" if told["receipt"] == "none" else "",
    ]
    return _line(told, parts)


def _line(told: dict[str, Any], parts: list[str]) -> str:
    """``<id@host>  acknowledged  1 attempt, receipt processed``."""
    said = ", ".join(part for part in parts if part)
    return f"{shown(told['message_id'], _ID)}  {told['state']}  {said}"
