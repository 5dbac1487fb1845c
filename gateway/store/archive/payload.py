"""What every archive promises, wherever it keeps its payloads.

A payload is named by the SHA-256 of its bytes and streamed, so its size is bounded by the disk and
not by memory. The same bytes are kept once. Nothing is ever changed or overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

CHUNK = 1 << 20
"""Bytes that are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Name and size (bytes) of a payload."""

    sha: str
    size: int


@dataclass(frozen=True, slots=True)
class Held:
    """A payload that lies in an archive."""

    sha: str
    size: int
    since: datetime
    """When its bytes came last."""


class Readable(Protocol):
    """A stream that is read to its end."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""


class Archive(Protocol):
    """Payloads by their SHA-256."""

    def put_file(self, source: Readable) -> Stored:
        """Copy a stream into the archive; it is durable when this returns.

        Raises ``OSError`` when the disk or the store refuses: then nothing is archived, and a
        receipt must not be given.
        """

    def holds(self, sha: str) -> bool:
        """Whether a payload is there. Raises ``ValueError`` for what is no SHA-256."""

    def size(self, sha: str) -> int | None:
        """Bytes of a payload; ``None`` when it is not there."""

    def chunks(self, sha: str, size: int = CHUNK) -> Iterator[bytes]:
        """The payload, piece by piece. Raises ``FileNotFoundError``."""

    def slice(self, sha: str, offset: int, size: int) -> bytes:
        """A part of a payload: one message of a file. Raises ``FileNotFoundError``."""

    def intact(self, sha: str) -> bool:
        """Whether the bytes kept still have their hash; a payload that is not there has not."""

    def held(self, prefix: str = "") -> Iterator[Held]:
        """Everything that is there, in no order; one payload may be told twice.

        ``prefix``: only those whose names begin with these two digits.
        """

    def remove(self, shas: Collection[str], before: datetime) -> set[str]:
        """Remove payloads whose bytes came last before an instant; those that are gone now.

        One whose bytes came again meanwhile stays: somebody is about to name it.
        """

    def copy_to(
        self,
        shas: Iterable[str],
        target: Path,
        tell: Callable[[int], None] | None = None,
        *,
        link: bool = True,
    ) -> set[str]:
        """Copy payloads into the folder of another archive; those that are not there.

        ``tell`` is called with the number copied so far. ``link``: where both are on one disk,
        the same file gets a second name instead of a copy.
        """

    def sweep(self, before: datetime | None = None) -> int:
        """Remove what a crash left half written; how much.

        Without ``before`` only for the one process that may write; with it, what is older.
        """


def checked(sha: str) -> str:
    """The same, if it is a SHA-256 in hexadecimal; it becomes a part of a path."""
    if len(sha) != 64 or not sha.isalnum():
        raise ValueError(f"not a SHA-256: {sha!r}")
    return sha
