"""The bytes of what is sent come in pieces, from any position on, wherever they are kept."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.pipeline.remote import payloads as module
from gateway.pipeline.remote.payloads import Payloads
from gateway.store import Store, contents
from tests.tables import make_tables

DATA = bytes(range(256)) * 20


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/gateway.db"
    make_tables(url)
    made = Store.open(url, tmp_path / "archive")
    yield made
    made.close()


@pytest.mark.parametrize("start", [0, 1, 999, len(DATA) - 1, len(DATA)])
@pytest.mark.parametrize("kept", ["small", "large", "archive"])
def test_from_any_position(
    store: Store, kept: str, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE", 1000)
    monkeypatch.setattr(module, "SMALL", 10 if kept == "large" else 10_000)
    sha = contents.sha_of(DATA)
    if kept == "archive":
        store.archive.put_file(io.BytesIO(DATA))
    else:
        with store.write() as connection:
            contents.put(connection, [DATA])
    payloads = Payloads(store, [sha])

    async def pieces() -> list[bytes]:
        return [piece async for piece in payloads.chunks(sha, start)]

    found = asyncio.run(pieces())
    assert (payloads.size(sha), b"".join(found)) == (len(DATA), DATA[start:])
    assert b"" not in found
    if kept == "large":
        assert max(map(len, found), default=0) <= 1000


def test_what_is_not_kept_is_told(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        Payloads(store, ["0" * 64]).size("0" * 64)
