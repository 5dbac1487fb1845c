"""Opening a message: its layers under their limits, and what was in it into the archive."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.message import Opened, Payload, open_message
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.folder import sanitised
from gateway.channels.folder.names import shown as shown_name
from gateway.pipeline.as2.ping import is_ping
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.as2.receive.spool import Reading, Spools
from gateway.pipeline.house import House
from gateway.problems import Problem, errors, has_errors, problem
from gateway.store import Stored
from gateway.store.as2 import envelopes
from gateway.telemetry import events

_ENDINGS = {
    "application/edifact": "edi",
    "application/edi-x12": "x12",
    "application/edi-consent": "edi",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/csv": "csv",
    "text/plain": "txt",
}
_OTHER = "bin"
LONGEST = 255
"""Signs of a name that are kept (:data:`gateway.store.tables.message`)."""
_LONGEST_ENDING = 16


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of a partner whose body is in the archive, or comes along to be kept with it."""

    link: Link
    headers: Headers
    as2_from: str
    as2_to: str
    message_id: str
    key: str
    wire: Stored
    small: bytes | None = None
    """The body itself, where it is not in the archive: it is kept with the row."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A payload in the archive. ``name``: of its file, with nothing of the partner's paths."""

    stored: Stored
    name: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message."""

    opened: Opened | None = None
    """``None`` where it was not opened: ``problems`` say why."""
    problems: tuple[Problem, ...] = ()
    """Findings that the layers do not know of."""
    payloads: tuple[Kept, ...] = ()
    ping: bool = False
    """A test of the connection: it makes no document."""
    keys: tuple[str, ...] = ()
    """SHA-256 of the encrypted keys that ours opened: they open no other body from now on."""

    @property
    def findings(self) -> tuple[Problem, ...]:
        """All of them."""
        return self.problems if self.opened is None else (*self.opened.findings, *self.problems)

    @property
    def accepted(self) -> bool:
        """Whether it is ours now."""
        return self.opened is not None and not has_errors(self.findings)

    @property
    def authenticated(self) -> bool:
        """Whether the partner is known to have sent it."""
        return self.opened is not None and self.opened.authenticated

    @property
    def code(self) -> str:
        """Of what refused it."""
        return next((each.code for each in errors(self.findings)), "")


def open_up(house: House, arrival: Arrival, body: Extent, spools: Spools) -> Outcome:
    """Open a message, and put what is in it into the archive.

    Raises ``OSError`` when disk or archive refuse, ``SQLAlchemyError`` when the database does:
    nothing is said about the message then.
    """
    keys: list[str] = []
    fresh = _fresh(house, arrival.wire.sha, keys)
    try:
        opened = open_message(arrival.headers, body, arrival.link, spools, house.clock(), fresh)
    except (OSError, SQLAlchemyError):
        raise
    except Exception as bug:
        events.bug(where="as2", message=None, failure=bug)
        told = f"{type(bug).__name__}: {bug}"
        failure = problem("T266", message_id=shown(arrival.message_id), failure=told)
        return Outcome(problems=(failure,), keys=tuple(keys))
    house.checkpoint("as2 receive: opened")
    if has_errors(opened.findings):
        return Outcome(opened, keys=tuple(keys))
    if is_ping(opened.payloads):
        return Outcome(opened, ping=True, keys=tuple(keys))
    kept = tuple(
        _keep(house, arrival, payload, number) for number, payload in enumerate(opened.payloads)
    )
    house.checkpoint("as2 receive: payloads archived")
    return Outcome(opened, payloads=kept, keys=tuple(keys))


def _fresh(house: House, wire: str, keys: list[str]) -> Callable[[bytes], bool]:
    """Whether an encrypted key may be opened: it never came with another body. ``keys``: those.

    Two bodies that bring one key at the same moment are both opened; entering them decides, and
    the one that loses is not answered before it was looked at again.
    """

    def fresh(digest: bytes) -> bool:
        key = digest.hex()
        with house.store.read() as connection:
            known = envelopes.wire_of(connection, key)
        if known is not None and known != wire:
            return False
        keys.append(key)
        return True

    return fresh


def _keep(house: House, arrival: Arrival, payload: Payload, number: int) -> Kept:
    stored = house.store.archive.put_file(Reading(payload.content))
    name = file_name(payload.filename, payload.content_type, arrival.message_id, number)
    return Kept(stored, name, payload.content_type)


def file_name(told: str, content_type: str, message_id: str, number: int) -> str:
    """The name of a payload: the partner's without any path, else one made of the Message-ID.

    It is kept as he wrote it, blanks and umlauts too: a name is data. Whoever makes a path of it
    spells it anew.
    """
    name = shown_name(told.replace("\\", "/").rpartition("/")[2]).strip()
    if any(sign.isalnum() for sign in name):
        ending = PurePosixPath(name).suffix[:_LONGEST_ENDING]
        return name if len(name) <= LONGEST else name[: LONGEST - len(ending)] + ending
    kind = content_type.partition(";")[0].strip().lower()
    made = sanitised(message_id)[:80] or "message"
    counted = f"-{number + 1}" if number else ""
    return f"{made}{counted}.{_ENDINGS.get(kind, _OTHER)}"


def found_text(arrival: Arrival, outcome: Outcome) -> str:
    """What was found in a message, for the page about it: JSON."""
    opened = outcome.opened
    told: dict[str, Any] = {"wire": arrival.wire.sha}
    if opened is not None:
        told |= {
            "layers": [_plain(layer) for layer in opened.layers],
            "signer": None if opened.signer is None else opened.signer.name,
            "recipient": None if opened.recipient is None else opened.recipient.name,
            "mic": None if opened.mic is None else _plain(opened.mic),
            "authenticated": opened.authenticated,
        }
    told["payloads"] = [_told(each) for each in outcome.payloads]
    told["problems"] = [each.as_json() for each in outcome.findings]
    if outcome.ping:
        told["ping"] = True
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _told(kept: Kept) -> Mapping[str, Any]:
    return {
        "name": kept.name,
        "type": kept.content_type,
        "size": kept.stored.size,
        "sha": kept.stored.sha,
    }


def _plain(value: Any) -> Mapping[str, Any]:
    """The fields of a small record that say something, as JSON can hold them."""
    told = {each.name: getattr(value, each.name) for each in fields(value)}
    return {name: _json(each) for name, each in told.items() if each not in (None, "", ())}


def _json(value: Any) -> Any:
    if isinstance(value, str | int | bool):
        return value
    if isinstance(value, Sequence):
        return [_json(each) for each in value]
    return str(value)
