"""What goes wrong with an FTPS server is told apart, loses nothing, never ends in clear text."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL

from gateway.channels.as2.certificates import load
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.ftps import asking, session
from gateway.channels.ftps.connect import connect
from gateway.channels.ftps.directory import FtpsDir
from gateway.channels.ftps.server import Server
from gateway.channels.remote.failure import RemoteError
from gateway.channels.tls import Tls
from gateway.telemetry.secrets import MASK, clean
from tests.channels.notice_peers import certificate
from tests.ftps.conftest import fetched, pieces, server_of, with_server
from tests.ftps.peer import PASSWORD, Peer, serving

ORDER = bytes(range(256)) * 1000


async def nothing(_directory: FtpsDir) -> None:
    """Connecting is enough."""


def failed(peer: Peer, **values: Any) -> RemoteError:
    with pytest.raises(RemoteError) as failure:
        with_server(peer, nothing, **values)
    return failure.value


def commands(peer: Peer) -> set[str]:
    return {line.partition(" ")[0] for line in peer.said}


# ---- who it is, and whether it lets us in


def test_a_wrong_password_is_a_login_that_failed(peer: Peer) -> None:
    found = failed(peer, password="wrong-of-acme")
    assert (found.trouble, found.problem.code) == ("login", "T435")
    assert "530" in str(found)
    assert clean("PASS wrong-of-acme") == f"PASS {MASK}"


def test_words_of_a_server_never_repeat_the_password(peer: Peer) -> None:
    found = failed(peer, user=f"{PASSWORD}-x", password=PASSWORD)
    assert found.problem.code == "T435"
    assert PASSWORD not in found.problem.facts["reply"]


def test_a_certificate_nobody_vouches_for_is_not_believed(peer: Peer) -> None:
    found = failed(peer, tls=Tls())
    assert (found.trouble, found.problem.code) == ("identity", "T433")
    assert not commands(peer) & {"USER", "PASS"}


def test_pins_say_who_it_is(peer: Peer) -> None:
    shown = sha256(ssl.PEM_cert_to_DER_cert(peer.files[0].read_text())).hexdigest()
    with_server(peer, nothing, tls=Tls(pins=frozenset({"0" * 64, shown})))
    peer.said.clear()
    for authorities in (None, peer.files[0].read_text()):
        found = failed(peer, tls=Tls(pins=frozenset({"0" * 64}), authorities=authorities))
        assert (found.trouble, found.problem.code) == ("identity", "T433")
        assert shown in str(found), "so that it can be compared by telephone"
    assert not commands(peer) & {"USER", "PASS"}


def test_a_server_without_tls_is_told_nothing(tls_files: tuple[Path, Path], tmp_path: Path) -> None:
    with serving(Peer(tls_files, tmp_path, clear=True)) as peer:
        found = failed(peer)
        assert (found.trouble, found.problem.code) == ("refused", "T434")
        assert commands(peer) == {"AUTH"}


def test_a_server_that_protects_no_files_gets_none(
    tls_files: tuple[Path, Path], tmp_path: Path
) -> None:
    with serving(Peer(tls_files, tmp_path, unprotected=True)) as peer:
        found = failed(peer)
        assert (found.trouble, found.problem.code) == ("refused", "T434")
        assert not commands(peer) & {"PASV", "EPSV", "STOR", "RETR"}


def test_data_goes_to_the_server_itself_whatever_it_names(
    tls_files: tuple[Path, Path], tmp_path: Path
) -> None:
    """A server behind a firewall tells its inner address; a hostile one, somebody else's."""
    (tmp_path / "a").write_bytes(ORDER)
    settings = {"elsewhere": "192,0,2,1", "plain": True}
    with serving(Peer(tls_files, tmp_path, **settings)) as peer:
        assert with_server(peer, lambda directory: fetched(directory, "a", 0, 9)) == ORDER[:9]
        assert "PASV" in commands(peer)


def test_the_session_is_resumed_by_tls_1_2_as_well(peer: Peer) -> None:
    (peer.folder / "a").write_bytes(ORDER)
    peer.reuse = True

    async def twice(directory: FtpsDir) -> None:
        assert directory._session.tls.version() == "TLSv1.2"
        for _ in range(2):
            assert await fetched(directory, "a", 0, len(ORDER)) == ORDER

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("pyftpdlib.handlers.TLS_FTPHandler.ssl_protocol", SSL.TLSv1_2_METHOD)
        with serving(replace(peer, port=0)) as old:
            with_server(old, twice)


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for host, trouble, code in (
        ("127.0.0.1", "reach", "T432"),
        ("no-such-host.invalid", "dns", "T431"),
    ):
        with pytest.raises(RemoteError) as failure:
            asyncio.run(connect(Server(host, port, "u", "some-password")))
        assert (failure.value.trouble, failure.value.problem.code) == (trouble, code)


# ---- the way is cut


@pytest.mark.parametrize("at", [1, 16_384, len(ORDER) - 1])
def test_a_fetch_that_is_cut_is_lost_and_never_short(peer: Peer, at: int) -> None:
    (peer.folder / "a").write_bytes(ORDER)

    async def fetch(directory: FtpsDir) -> None:
        peer.cut = at
        with pytest.raises(RemoteError) as failure:
            await fetched(directory, "a", 0, len(ORDER))
        assert (failure.value.trouble, failure.value.problem.code) == ("lost", "T436")
        assert directory.closed
        with pytest.raises(RemoteError) as failure:
            await directory.stat("a")
        assert failure.value.trouble == "lost"

    with_server(peer, fetch)
    assert with_server(peer, lambda directory: fetched(directory, "a", 0, len(ORDER))) == ORDER


@pytest.mark.parametrize("at", [1, 16_384, len(ORDER)])
def test_a_put_that_is_cut_is_unknown_and_goes_on_where_it_was(peer: Peer, at: int) -> None:
    async def put(directory: FtpsDir) -> None:
        peer.cut = at
        with pytest.raises(RemoteError) as failure:
            await directory.write("in/.a.tmp", pieces(ORDER[:9000], ORDER[9000:]))
        assert (failure.value.trouble, failure.value.unknown) == ("lost", True)

    with_server(peer, put)

    async def go_on(directory: FtpsDir) -> int:
        there = await directory.stat("in/.a.tmp")
        start = 0 if there is None or there.size is None else there.size
        assert start <= len(ORDER)
        return await directory.write("in/.a.tmp", pieces(ORDER[start:]), start)

    assert with_server(peer, go_on) == len(ORDER)
    assert (peer.folder / "in" / ".a.tmp").read_bytes() == ORDER


def test_no_room_on_the_server(peer: Peer) -> None:
    peer.full = 100_000

    async def put(directory: FtpsDir) -> None:
        with pytest.raises(RemoteError) as failure:
            await directory.write("in/.a.tmp", pieces(*[ORDER] * 40))
        assert failure.value.trouble == "full"
        assert "552" in str(failure.value)

    with_server(peer, put)


def test_a_file_that_is_taken_at_once_may_have_arrived(peer: Peer) -> None:
    peer.takes = True

    async def put(directory: FtpsDir) -> None:
        with pytest.raises(RemoteError) as failure:
            await directory.write("in/a.edi", pieces(ORDER))
        assert (failure.value.trouble, failure.value.unknown) == ("missing", True)
        assert failure.value.problem.code == "T438"
        assert not directory.closed

    with_server(peer, put)


def test_who_puts_a_file_and_stops_tears_the_connection(peer: Peer) -> None:
    """For FTP the end of a connection is the end of a file: it must not look like one."""

    async def broken() -> AsyncIterator[bytes]:
        yield ORDER
        raise OSError("the archive does not give the rest")

    async def put(directory: FtpsDir) -> None:
        with pytest.raises(OSError, match="the archive"):
            await directory.write("in/.a.tmp", broken())
        assert directory.closed

    with_server(peer, put)


def test_who_leaves_in_the_middle_of_a_fetch_leaves_nothing_open(peer: Peer) -> None:
    (peer.folder / "a").write_bytes(ORDER * 20)

    async def fetch(directory: FtpsDir) -> None:
        reading = directory.read("a", 0, 20 * len(ORDER))
        assert await anext(reading)
        await reading.aclose()  # type: ignore[attr-defined]
        assert directory.closed

    with_server(peer, fetch)


def test_several_at_once_wait_for_their_turn(peer: Peer) -> None:
    for number in range(5):
        (peer.folder / f"{number}").write_bytes(ORDER[number:])

    async def fetch(directory: FtpsDir) -> None:
        every = (fetched(directory, f"{n}", 0, len(ORDER) - n) for n in range(5))
        assert await asyncio.gather(*every) == [ORDER[n:] for n in range(5)]

    with_server(peer, fetch)


def test_what_is_cancelled_ends_at_once(peer: Peer) -> None:
    async def wait(directory: FtpsDir) -> None:
        release = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"1"
            await release.wait()

        task = asyncio.create_task(directory.write("in/.a.tmp", slow()))
        while not any(line.startswith("STOR") for line in peer.said):
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert directory.closed

    with_server(peer, wait)


# ---- servers that nobody should meet


@contextmanager
def scripted(
    files: tuple[Path, Path], greeting: bytes, answers: dict[str, bytes], *, implicit: bool = True
) -> Iterator[Server]:
    """A server that answers commands from a table, and everything else with 200."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with suppress(OSError), ExitStack() as stack:
            stack.enter_context(connection)
            if implicit:
                connection = context.wrap_socket(connection, server_side=True)
                stack.enter_context(connection)
            connection.sendall(greeting)
            with connection.makefile("rb") as lines:
                for line in lines:
                    word = line.partition(b" ")[0].strip().decode("latin-1")
                    connection.sendall(answers.get(word, b"200 all right\r\n"))

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    tls = Tls(authorities=files[0].read_text())
    port = listener.getsockname()[1]
    try:
        yield Server("127.0.0.1", port, "u", "some-password", implicit, tls, 2.0, 0.3)
    finally:
        listener.close()
        thread.join(5)


LOGGED_IN = {"USER": b"331 and?\r\n", "PASS": b"230 come in\r\n", "FEAT": b"500 none\r\n"}
HOSTILE = {
    "a line without end": (b"2" * 9000, {}, "protocol"),
    "a reply without end": (b"220-still\r\n" * 1000, {}, "protocol"),
    "no reply": (b"", {}, "lost"),
    "half a reply": (b"220-wel", {}, "lost"),
    "no number": (b"hello\r\n", {}, "protocol"),
    "another reply": (b"220 hi\r\n", {"USER": b"150 soon\r\n"}, "protocol"),
    "it is closing": (b"421 too many\r\n", {}, "lost"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_server_is_left(tls_files: tuple[Path, Path], case: str) -> None:
    greeting, answers, trouble = HOSTILE[case]
    with scripted(tls_files, greeting, answers) as server, pytest.raises(RemoteError) as failure:
        asyncio.run(connect(server))
    assert failure.value.trouble in (trouble, "login")


def test_what_is_slipped_in_before_tls_is_not_believed(tls_files: tuple[Path, Path]) -> None:
    """Replies that came in clear text must not be taken for those of the protected server."""
    slipped = b"234 go on\r\n331 and?\r\n230 come in\r\n200 \r\n200 \r\n"
    with (
        scripted(tls_files, b"220 hi\r\n", {"AUTH": slipped}, implicit=False) as server,
        pytest.raises(RemoteError),
    ):
        asyncio.run(connect(server))


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SIZE", b"213 many\r\n"),
        ("SIZE", b"213 -1\r\n"),
        ("SIZE", b"213 99999999999999999999999\r\n"),
        ("SIZE", b"150 soon\r\n"),
    ],
)
def test_a_size_that_is_none(tls_files: tuple[Path, Path], command: str, answer: bytes) -> None:
    async def ask(server: Server) -> None:
        directory = await connect(server)
        with pytest.raises(RemoteError) as failure:
            await directory.stat("a")
        assert (failure.value.trouble, failure.value.problem.code) == ("protocol", "T439")
        await directory.close()

    with scripted(tls_files, b"220 hi\r\n", {**LOGGED_IN, command: answer}) as server:
        asyncio.run(ask(server))


def test_lists_are_bounded(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        (peer.folder / "out" / f"{number:04}.edi").write_bytes(b"1")
    monkeypatch.setattr(asking, "MOST_LISTED", 500)

    async def look(directory: FtpsDir) -> None:
        with pytest.raises(RemoteError) as failure:
            _ = [page async for page in directory.scan("out")]
        assert failure.value.trouble == "protocol"

    with_server(peer, look)
    monkeypatch.setattr(asking, "MOST_LISTED", 5000)
    monkeypatch.setattr(asking, "MOST_ENTRIES", 20)
    with_server(peer, look)
    peer.plain = True
    with_server(peer, look)
    monkeypatch.setattr(asking, "MOST_ENTRIES", 5000)
    monkeypatch.setattr(asking, "MOST_ASKED", 20)
    with_server(peer, look)


def test_a_listed_line_without_end(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    (peer.folder / "out" / ("x" * 200)).write_bytes(b"1")
    monkeypatch.setattr(session, "LONGEST_LINE", 100)

    async def look(directory: FtpsDir) -> None:
        with pytest.raises(RemoteError) as failure:
            _ = [page async for page in directory.scan("out")]
        assert failure.value.trouble == "protocol"

    with_server(peer, look)


def test_a_client_certificate_is_shown(tmp_path: Path, tls_files: tuple[Path, Path]) -> None:
    (tmp_path / "ours").mkdir()
    files = certificate(tmp_path / "ours")
    key = load.private_key(files[1].read_bytes(), None, "ours.key")
    (leaf,) = load.certificates(files[0].read_bytes(), "ours.pem")
    ours = OwnCredential(leaf, "ours.pem", key=key)
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.use_certificate_chain_file(str(tls_files[0]))
    context.use_privatekey_file(str(tls_files[1]))
    context.set_session_id(b"tests")
    context.load_verify_locations(str(files[0]))
    context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *_: True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.ftps.peer.CONTEXT", context)
        with serving(Peer(tls_files, tmp_path, reuse=True)) as peer:
            authorities = tls_files[0].read_text()
            found = failed(peer)
            assert found.trouble in ("lost", "identity")
            (tmp_path / "a").write_bytes(ORDER)
            tls = Tls(authorities=authorities, ours=ours)
            got = with_server(peer, lambda directory: fetched(directory, "a", 0, 9), tls=tls)
            assert got == ORDER[:9]


def test_the_settings_are_told_wrong(peer: Peer) -> None:
    with pytest.raises(RemoteError) as failure:
        asyncio.run(connect(server_of(peer, tls=Tls(authorities="no certificate"))))
    assert (failure.value.trouble, failure.value.problem.code) == ("settings", "T430")
