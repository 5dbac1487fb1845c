"""What the gateway produced: canonical documents, acknowledgements, interchanges, ERP files.

Kept in the database, compressed, in the same transaction as the row that names it, so that the
two cannot part. Addressed by the SHA-256 of the plain bytes; the same bytes are kept once.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, select

from gateway.store.prepared import Prepared
from gateway.store.tables import content
from gateway.store.upsert import insert_new, upsert_all

_LEVEL, _NONE = 1, 0
_READ = Prepared(select(content.c.body).where(content.c.sha == bindparam("sha_")))


def sha_of(data: bytes) -> str:
    """The name of a payload."""
    return hashlib.sha256(data).hexdigest()


def put(connection: Connection, pieces: Iterable[bytes], dense: Iterable[bytes] = ()) -> None:
    """Keep produced bytes; what is there already stays. ``dense``: such as cannot be compressed."""
    rows = {
        sha_of(data): {"size": len(data), "body": _packed(data, level)}
        for level, group in ((_LEVEL, pieces), (_NONE, dense))
        for data in group
    }
    values = [{"sha": sha, **row} for sha, row in rows.items()]
    if connection.dialect.name == "postgresql":
        # changed, if only to what it is: its row is ours until the commit, and nobody deletes it
        upsert_all(connection, content, values, keys=["sha"], change=["size"], returning=["sha"])
    else:
        insert_new(connection, content, values, keys=["sha"])


def _packed(data: bytes, level: int) -> bytes:
    return zlib.compress(data, level)


def read(connection: Connection, sha: str) -> bytes | None:
    """Produced bytes under a hash, ``None`` when these were not produced here."""
    found = _READ.first(connection, {"sha_": sha})
    return None if found is None else zlib.decompress(found[0])


def read_all(connection: Connection, shas: Collection[str]) -> dict[str, bytes]:
    """Produced bytes by hash, as far as they were produced here; at most some hundreds."""
    statement = select(content.c.sha, content.c.body).where(content.c.sha.in_(sorted(shas)))
    return {sha: zlib.decompress(body) for sha, body in connection.execute(statement)}


def sizes(connection: Connection, shas: Collection[str]) -> dict[str, int]:
    """Bytes by hash, of what was produced here; at most some hundreds."""
    statement = select(content.c.sha, content.c.size).where(content.c.sha.in_(sorted(shas)))
    return {sha: size for sha, size in connection.execute(statement)}
