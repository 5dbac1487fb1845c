"""What the gateway produced: canonical documents, acknowledgements, interchanges, ERP files.

Kept in the database, compressed, in the same transaction as the row that names it, so that the
two cannot part. Addressed by the SHA-256 of the plain bytes; the same bytes are kept once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from gateway.store.tables import content

_LEVEL = 1


def sha_of(data: bytes) -> str:
    """The name of a payload."""
    return hashlib.sha256(data).hexdigest()


def put(connection: Connection, pieces: Iterable[bytes]) -> None:
    """Keep produced bytes; what is there already stays."""
    rows = {
        sha_of(data): {"size": len(data), "body": zlib.compress(data, _LEVEL)} for data in pieces
    }
    if rows:
        connection.execute(
            insert(content).on_conflict_do_nothing(),
            [{"sha": sha, **row} for sha, row in rows.items()],
        )


def read(connection: Connection, sha: str) -> bytes | None:
    """Produced bytes under a hash, ``None`` when these were not produced here."""
    body = connection.scalar(select(content.c.body).where(content.c.sha == sha))
    return None if body is None else zlib.decompress(body)
