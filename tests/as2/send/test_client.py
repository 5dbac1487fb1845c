"""The connection: protected as agreed, bounded in time and size, and nothing sent by chance."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.channels.http import Client, Endpoint, Tls, Unanswered, Unsent
from gateway.channels.http.client import MOST_ANSWERED
from tests.as2.credentials import own
from tests.as2.send.peer import Peer, peer_link, served, status
from tests.channels.notice_peers import certificate

HEADERS = (("AS2-From", "OURS"), ("Message-ID", "<1@ours>"))


@contextmanager
def answering(data: bytes, *, slowly: bool = False) -> Iterator[str]:
    """A server that answers these bytes to whatever comes, one by one if it is slow."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            got = b""
            while b"message" not in got and len(got) < 65536:  # or the rest of it resets all
                got += connection.recv(65536)
            try:
                for piece in [data[n : n + 1] for n in range(len(data))] if slowly else [data]:
                    connection.sendall(piece)
                    if slowly and stop.wait(0.02):
                        return
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        stop.set()
        thread.join()
        listener.close()


def post(endpoint: Endpoint, body: bytes = b"message") -> int:
    with Client(endpoint) as client:
        return client.post(HEADERS, iter([body]), len(body)).status


@pytest.fixture(scope="module")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def secure(tls_files: tuple[Path, Path]) -> Iterator[Peer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    with served(Peer(peer_link()), context) as peer:
        peer.ways = [status(204)] * 99
        yield peer


def pem(files: tuple[Path, Path]) -> str:
    return files[0].read_text()


def pin(files: tuple[Path, Path]) -> str:
    return _sha256(ssl.PEM_cert_to_DER_cert(pem(files)))


def _sha256(data: bytes) -> str:
    from hashlib import sha256  # noqa: PLC0415

    return sha256(data).hexdigest()


def test_an_authority_of_ones_own(secure: Peer, tls_files: tuple[Path, Path]) -> None:
    tls = Tls(authorities=pem(tls_files))
    with Client(Endpoint(secure.url, tls=tls)) as client:
        reply = client.post(HEADERS, iter([b"x"]), 1)
    assert reply.status == 204
    assert reply.seen is not None
    assert reply.seen.version == "TLSv1.3"
    assert reply.seen.fingerprint == pin(tls_files)


def test_a_certificate_of_nobody_known(secure: Peer) -> None:
    before = len(secure.requests)
    with pytest.raises(Unsent) as failed:
        post(Endpoint(secure.url))
    assert failed.value.kind == "tls"
    assert "certificate verify failed" in failed.value.reason
    assert len(secure.requests) == before


def test_a_certificate_for_another_name(secure: Peer, tls_files: tuple[Path, Path]) -> None:
    url = secure.url.replace("127.0.0.1", "localhost")
    with pytest.raises(Unsent) as failed:
        post(Endpoint(url, tls=Tls(authorities=pem(tls_files))))
    assert failed.value.kind == "tls"
    assert "localhost" in failed.value.reason


def test_a_pinned_certificate_needs_no_authority(
    secure: Peer, tls_files: tuple[Path, Path]
) -> None:
    assert post(Endpoint(secure.url, tls=Tls(pins=frozenset({pin(tls_files)})))) == 204


def test_another_certificate_than_pinned_gets_nothing(
    secure: Peer, tls_files: tuple[Path, Path]
) -> None:
    before = len(secure.requests)
    tls = Tls(authorities=pem(tls_files), pins=frozenset({"0" * 64}))
    with pytest.raises(Unsent) as failed:
        post(Endpoint(secure.url, tls=tls))
    assert (failed.value.kind, failed.value.reason) == ("pin", pin(tls_files))
    assert failed.value.expected == "0" * 64
    assert len(secure.requests) == before


def test_an_old_version_of_tls(tls_files: tuple[Path, Path]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with served(Peer(peer_link()), context) as peer:
        peer.ways = [status(204)] * 2
        assert post(Endpoint(peer.url, tls=Tls(authorities=pem(tls_files)))) == 204
        with pytest.raises(Unsent) as failed:
            post(Endpoint(peer.url, tls=Tls(authorities=pem(tls_files), minimum="1.3")))
        assert failed.value.kind == "tls"


def test_a_certificate_of_ours_is_shown_when_it_is_asked_for(
    tls_files: tuple[Path, Path],
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(_der("ours-ec")))
    with served(Peer(peer_link()), context) as peer:
        peer.ways = [status(204)] * 2
        tls = Tls(authorities=pem(tls_files), ours=own("ours-ec"))
        assert post(Endpoint(peer.url, tls=tls)) == 204
        with pytest.raises((Unsent, Unanswered)):
            post(Endpoint(peer.url, tls=Tls(authorities=pem(tls_files))))


def _der(name: str) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return own(name).certificate.public_bytes(Encoding.DER)


def test_nothing_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with served(Peer(peer_link(), ways=[status(204)])) as peer:
        assert post(Endpoint(peer.url)) == 204


def test_an_answer_that_never_ends_is_cut() -> None:
    endless = b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000
    with answering(endless, slowly=True) as url, pytest.raises(Unanswered) as failed:
        post(Endpoint(url, reply=timedelta(milliseconds=150)))
    assert failed.value.reason == "the answer took too long"


def test_an_answer_that_is_too_large_is_cut() -> None:
    size = MOST_ANSWERED + 1
    data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)
    with answering(data) as url, pytest.raises(Unanswered) as failed:
        post(Endpoint(url))
    assert "larger than 1000 kB" in failed.value.reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00" * 100,
        b"HTTP/1.1 2000 OK\r\n\r\n",
    ],
)
def test_half_an_answer_is_none(data: bytes) -> None:
    with answering(data) as url, pytest.raises(Unanswered):
        post(Endpoint(url))


def test_an_answer_before_the_message_was_over_counts() -> None:
    """A server that refuses what is too large does not read it to its end."""
    answer = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    # the system may drop the answer with the connection
    with answering(answer) as url, suppress(Unanswered):
        assert post(Endpoint(url), bytes(300_000)) == 413


def test_what_is_no_address() -> None:
    for url in ("", "ftp://host/", "https://user@host/", "https://ho st/"):
        with pytest.raises(Unsent) as failed:
            Client(Endpoint(url))
        assert failed.value.kind == "settings"


def test_a_key_that_cannot_be_used_for_tls() -> None:
    tls = Tls(authorities="no certificate")
    with pytest.raises(Unsent) as failed:
        Client(Endpoint("https://127.0.0.1/", tls=tls))
    assert failed.value.kind == "settings"
