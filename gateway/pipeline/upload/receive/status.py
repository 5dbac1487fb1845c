"""What became of a posted file, told to the one who posted it: states, and what was found in it.

Of problems he hears those about what he sent; what goes on behind (maps, the ERP, our folders) is
told in our own house only.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from gateway.pipeline.house import House
from gateway.pipeline.upload.receive.answer import Answer, refused, told
from gateway.pipeline.upload.receive.entrance import Question
from gateway.problems import REGISTRY, Layer, Problem, problem
from gateway.store import messages
from gateway.store.upload.standing import standing

MOST = 200
"""Problems that are told."""
_DIGITS = 18
_HIS = frozenset(
    {
        *(Layer.SYNTAX, Layer.ENVELOPE, Layer.STRUCTURE),
        *(Layer.ELEMENT, Layer.GUIDE, Layer.DOCUMENT),
    }
)
"""Layers whose problems are about the file itself."""
_HIS_TOO = ("T101", "T102", "T108", "P110", "P111", "P137", "P138", "P139", "P140")
"""About the file as a whole: empty, of no known form, a repeat."""
_OURS = ("V513",)
"""About our own map to the ERP, although found in his document."""
GREETING = "files are taken here: POST or PUT one as body; GET with its number tells what became"


@cache
def _codes() -> list[str]:
    his = [code for code, row in REGISTRY.items() if row.layer in _HIS or code in _HIS_TOO]
    return [code for code in his if code not in _OURS]


def status(house: House, question: Question) -> Answer:
    """The answer to a GET; with no number, that the address and the token are right."""
    target = question.target
    if not target.name:
        return told(200, {"ready": True, "detail": GREETING})
    number = int(target.name) if _is_number(target.name) else 0
    source = f"{target.partner}/{target.channel}"
    with house.store.read() as connection:
        row = messages.get(connection, number) if number else None
        if row is None or row.source != source or row.kind != "file":
            right = "the number in the answer to a POST (message)"
            return refused(404, problem("T441", what="names no file of yours", right=right))
        now = standing(connection, row.id, _codes(), MOST)
    facts: dict[str, Any] = {
        "message": row.id,
        "name": row.name,
        "received": row.created.isoformat(),
        "state": row.state,
        "messages": now.states,
        "problems": [_told(of, found) for of, found in now.found],
    }
    return told(200, facts)


def _told(of: str, found: Problem) -> dict[str, Any]:
    known = found.as_json()
    named = {name: known[name] for name in ("code", "severity", "sentence", "place")}
    return {"document": of, **named} if of else named


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
