"""Laws: whatever a server answers, it ends as one of our errors, in time, with clean words."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.client import connect
from gateway.channels.sftp.endpoint import Login, Pins, Server
from gateway.channels.sftp.host_keys import known
from gateway.channels.sftp.offered import _parsed
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import chunks, got, public, server
from tests.sftp.peer import Peer, peer

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "20"))

kinds = st.sampled_from([0x65, 0x66, 0x67, 0x68, 0x69, 0xC9, 2, 0])
numbers = st.sampled_from([b"ID__", b"\0\0\0\7"])
packets = st.builds(
    lambda kind, number, rest: bytes([kind]) + number + rest,
    kinds,
    numbers,
    st.binary(max_size=40)
    | st.binary(max_size=20).map(lambda data: struct.pack(">I", len(data)) + data)
    | st.integers(0, 2**32 - 1).map(lambda count: struct.pack(">I", count)),
)


async def nothing(_reader: asyncio.StreamReader, _write: Callable[[bytes], None]) -> None:
    """Replaced for each example."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peer(tmp_path_factory.mktemp("files"), raw=nothing) as made:
        yield made


async def _list(session: Session) -> None:
    async for _page in session.scan("."):
        pass


WORK = (
    lambda session: session.stat("a.edi"),
    _list,
    lambda session: got(session.read("a.edi", 0, 10)),
    lambda session: session.write("a.edi", chunks(b"x" * 10)),
    lambda session: session.rename("a", "b"),
    lambda session: session.make_folder("a"),
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(answers=st.lists(packets, max_size=4), work=st.sampled_from(WORK))
def test_any_answers_end_as_an_error_of_ours(
    running: Peer, answers: list[bytes], work: Callable[[Session], object]
) -> None:
    async def program(reader: asyncio.StreamReader, write: Callable[[bytes], None]) -> None:
        for packet in (struct.pack(">BI", 2, 3), *answers):
            length = struct.unpack(">I", await reader.readexactly(4))[0]
            number = (await reader.readexactly(length))[1:5]
            write(struct.pack(">I", len(packet)) + packet.replace(b"ID__", number))

    async def whole() -> None:
        session = await connect(server(running, timeout=2.0))
        try:
            await work(session)  # type: ignore[misc]
        except RemoteError as found:
            assert str(found).isprintable() and len(str(found)) < 800
        finally:
            await session.close()

    running.raw = program
    asyncio.run(whole())


lines = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["*", "host", "[host]:22", "@revoked", "@cert-authority", "|1|aa|bb", "!*"]),
    st.just(public("host")),
)


@settings(max_examples=5 * EXAMPLES, deadline=None)
@given(st.lists(st.lists(lines, max_size=4).map(" ".join), max_size=5).map("\n".join))
def test_any_known_hosts_is_read_or_refused(text: str) -> None:
    try:
        found = known(Server("host", 22, Pins((public("host-new"),), text), Login("acme")))
    except RemoteError as failure:
        assert failure.problem.code == "T302"
    else:
        assert found.fingerprints


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"SSH-2.0-x\n" + data))
def test_any_first_packet_is_read_or_left(data: bytes) -> None:
    found = _parsed(data)
    assert found is None or len(found) == 6
