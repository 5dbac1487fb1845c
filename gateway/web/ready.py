"""Whether a process can work: the database answers and has our tables, the archive can be written.

Each check is a function that says nothing when all is well. They are asked anew each time: whoever
asks wants to know how it is now.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from gateway.store import Store
from gateway.store.archive import FolderArchive
from gateway.store.archive.payload import Archive
from gateway.store.migrate import StoreTooNewError, is_current
from gateway.telemetry.secrets import clean


class Readiness:
    """For :class:`~gateway.telemetry.status.Status`. ``also``: sentences of others, the carrier."""

    def __init__(self, store: Store, also: Callable[[], Iterable[str]] = tuple) -> None:
        self._store = store
        self._also = also

    def __call__(self) -> list[str]:
        """What is wrong; nothing when work can be done."""
        found = [self.database(), archive(self._store.archive), *self._also()]
        return [sentence for sentence in found if sentence]

    def database(self) -> str:
        """It answers, and its tables are those of this code."""
        try:
            with self._store.read() as connection:
                current = is_current(connection)
        except StoreTooNewError as failure:
            return f"{failure}; start the newer version of the gateway"
        except SQLAlchemyError as failure:
            return f"the database does not answer: {_short(failure)}"
        return "" if current else "the tables of the database are older than this version"


def archive(place: Archive) -> str:
    """Something can be written there; of an S3-compatible store: it answers."""
    try:
        if not isinstance(place, FolderArchive):
            place.size("0" * 64)
            return ""
        place.temporary.mkdir(parents=True, exist_ok=True)
        trial = place.temporary / f"ready-{secrets.token_hex(8)}"
        try:
            trial.write_bytes(b"?")
        finally:
            with suppress(OSError):
                trial.unlink(missing_ok=True)
    except OSError as failure:
        return f"the archive cannot be written: {_short(failure)}"
    return ""


def _short(failure: Exception) -> str:
    """The first line of what a library says."""
    cause = getattr(failure, "orig", None) or failure
    lines = str(cause).strip().splitlines()
    return clean(lines[0] if lines else type(cause).__name__)
