"""Uploads by their keys. The unique key decides who of two is taken over, not a look before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from gateway.store.prepared import Prepared
from gateway.store.upload.tables import upload


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came under a key."""

    given: str
    """The key, as the partner wrote it."""
    sha: str
    message: int
    answer: str


_FIND = Prepared(
    select(upload.c.given, upload.c.sha, upload.c.message, upload.c.answer).where(
        upload.c.key == bindparam("key_")
    )
)
_ADD = Prepared(insert(upload))


def key_of(partner: str, channel: str, given: str) -> str:
    """What names an upload for ever: a key counts for the channel it came by."""
    text = "\0".join((partner, channel, given))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def find(connection: Connection, key: str) -> Upload | None:
    """The upload of a key."""
    row = _FIND.first(connection, {"key_": key})
    return None if row is None else Upload(*row)


def add(
    connection: Connection, key: str, partner: str, channel: str, new: Upload, at: datetime
) -> None:
    """Remember an upload. Raises ``IntegrityError`` when another one was quicker."""
    values = {
        "key": key,
        "partner": partner,
        "channel": channel,
        "given": new.given,
        "sha": new.sha,
        "message": new.message,
        "answer": new.answer,
        "created": at,
    }
    _ADD.each(connection, [values])
