"""The address, called through a real socket."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.problems import problem
from gateway.web import as2 as as2_module
from gateway.web import server
from gateway.web.as2 import As2
from gateway.web.partners import partners_only
from gateway.web.port import Address
from gateway.web.server import Room, Tls, opened
from tests.as2.credentials import KEYS
from tests.as2.receive.world import URL, As2World, Posted, disposition, message
from tests.pipeline.world import orders

ROOM = Room(64, server.LARGEST_PARTNER_HEAD, per_address=16)


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def where(world: As2World) -> Iterator[Address]:
    application = As2(world.receiver)
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as address:
        yield address
    application.close()


def connect(where: Address) -> socket.socket:
    sock = socket.create_connection((where.host, where.port), timeout=10)
    sock.settimeout(10)
    return sock


def head(posted: Posted, *more: str, length: str | None = "", line: str = "POST /as2") -> bytes:
    """The head of a request. ``length``: what Content-Length says, ``None`` for no such header."""
    lines = [f"{line} HTTP/1.1", "Host: edi.example"]
    lines += [f"{name}: {value}" for name, value in posted.headers]
    if length is not None:
        lines.append(f"Content-Length: {length or len(posted.body)}")
    return ("\r\n".join([*lines, *more]) + "\r\n\r\n").encode("latin-1")


def reply(sock: socket.socket) -> Reply:
    """One answer of a connection that may stay open."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        assert piece, f"hung up after {data!r}"
        data += piece
    top, _, body = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += sock.recv(65536)
    return Reply(int(first.split()[1]), headers, body)


def call(where: Address, data: bytes) -> Reply:
    with connect(where) as sock:
        with suppress(ConnectionError):
            sock.sendall(data)
        return reply(sock)


def chunked(body: bytes, size: int = 1000, extension: str = "") -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    told = b"".join(f"{len(piece):x}{extension}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return told + f"0{extension}\r\n\r\n".encode()


CHUNKED = "Transfer-Encoding: chunked"


def test_a_message_and_its_repeat_over_one_connection(where: Address, world: As2World) -> None:
    posted = message()
    with connect(where) as sock:
        answers = []
        for _ in range(2):
            sock.sendall(head(posted) + posted.body)
            answers.append(reply(sock))
    assert answers[0] == answers[1]
    assert answers[0].headers["as2-from"] == "OURS"
    assert b"; processed\r\n" in answers[0].body
    assert not {"server"} & set(answers[0].headers)
    assert len(world.files_received()) == 1


@pytest.mark.parametrize(
    "build",
    [
        lambda p: head(p, CHUNKED, length=None) + chunked(p.body),
        lambda p: head(p, CHUNKED, length=None) + chunked(p.body, extension=" "),
        lambda p: head(p, CHUNKED, length=None) + chunked(p.body, extension=';name="v"'),
        lambda p: head(p, length=f"0000{len(p.body)}") + p.body,
        lambda p: head(p, "Authorization: Basic YTpi") + p.body,
        lambda p: head(p, "Connection: close") + p.body,
        lambda p: head(p) + p.body + b"\r\n",  # one line end more than was said
        lambda p: head(p, line="POST /as2/?id=1") + p.body,
        lambda p: head(p, line="POST http://edi.example/as2") + p.body,
    ],
)
def test_what_peers_really_send(where: Address, world: As2World, build: object) -> None:
    posted = message()
    answer = call(where, build(posted))  # type: ignore[operator]
    assert answer.status == 200
    assert b"; processed\r\n" in answer.body
    assert world.files_received() == [orders()]


def test_an_empty_line_behind_a_body_disturbs_nobody(where: Address) -> None:
    first, second = message(), message()
    with connect(where) as sock:
        sock.sendall(head(first) + first.body + b"\r\n")
        assert reply(sock).status == 200
        assert sock.recv(100) == b""  # closed: what follows would be a guess
    assert call(where, head(second) + second.body).status == 200


def test_line_ends_that_are_split_over_packets(where: Address, world: As2World) -> None:
    posted = message()
    data = head(posted)
    with connect(where) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(data), 97):
            sock.sendall(data[at : at + 97])
        sock.sendall(posted.body)
        assert reply(sock).status == 200
    assert len(world.files_received()) == 1


def test_who_expects_it_is_told_to_continue(where: Address) -> None:
    posted = message()
    with connect(where) as sock:
        sock.sendall(head(posted, "Expect: 100-continue"))
        told = reply(sock)
        assert (told.status, told.body) == (100, b"")
        sock.sendall(posted.body)
        assert reply(sock).status == 200


def test_who_is_refused_is_not_told_to_continue(where: Address) -> None:
    posted = message()
    with connect(where) as sock:
        sock.sendall(head(posted, "Expect: 100-continue", length="999999999999"))
        told = reply(sock)
        assert (told.status, told.headers["connection"]) == (413, "close")


@pytest.mark.parametrize(
    ("build", "status"),
    [
        (lambda p: head(p, CHUNKED) + chunked(p.body), 400),
        (lambda p: head(p, "Content-Length: 5") + p.body, 400),
        (lambda p: head(p, "AS2-From: ACME") + p.body, 400),
        (lambda p: head(p, "AS2_From: ACME") + p.body, 400),
        (lambda p: head(p, *(f"X-{n}: y" for n in range(100))) + p.body, 400),
        (lambda p: head(p, "X: " + "y" * 65_000) + p.body, 400),
        (lambda p: head(p, "X: " + "y" * 300_000) + p.body, 400),
        (lambda p: head(p, "X: a\0b") + p.body, 400),
        (lambda p: head(p, "Transfer-Encoding: gzip", length=None) + p.body, 400),
        (lambda p: head(p, length="-5") + p.body, 400),
        (lambda p: head(p, CHUNKED, length=None) + b"zz\r\n", 400),
        (lambda p: head(p, line="PUT /as2") + p.body, 405),
        (lambda p: head(p, line="POST /metrics") + p.body, 404),
    ],
)
def test_what_is_sent_back(where: Address, world: As2World, build: object, status: int) -> None:
    answer = call(where, build(message()))  # type: ignore[operator]
    assert answer.status == status
    assert world.received() == []


def test_a_body_that_grows_beyond_its_limit(
    where: Address, world: As2World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace  # noqa: PLC0415

    known = world.receiver.links.by_ids("ACME", "OURS")
    assert known is not None
    small = replace(known, limits=replace(known.limits, body=5000))
    monkeypatch.setattr(world.receiver.links, "by_ids", lambda *_: small)
    answer = call(where, head(message(), CHUNKED, length=None) + chunked(b"x" * 60_000))
    assert answer.status == 413
    assert b"at most 5000" in answer.body


def test_a_body_in_crumbs_is_not_swallowed(where: Address, world: As2World) -> None:
    posted = message()
    assert call(where, head(posted, CHUNKED, length=None) + chunked(b"x" * 5000, 1)).status == 400
    small = head(posted, CHUNKED, length=None) + chunked(posted.body, 2)
    assert call(where, small).status == 200  # a small body may come as it likes
    assert len(world.received()) == 1


def test_a_body_that_breaks_off_is_nothing(where: Address, world: As2World) -> None:
    posted = message()
    with connect(where) as sock:
        sock.sendall(head(posted) + posted.body[:-100])
    assert call(where, head(posted) + posted.body).status == 200
    assert len(world.received()) == 1


def test_a_body_that_does_not_come(where: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as2_module, "IDLE", 0.1)
    posted = message()
    answer = call(where, head(posted) + posted.body[:10])
    assert (answer.status, answer.headers["connection"]) == (408, "close")
    assert answer.body.decode().rstrip() == problem("T270", size=10, seconds=0).sentence


def test_a_body_that_drips(where: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as2_module, "GRACE", 0.0)
    assert call(where, head(message())).status == 408


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_only_looks_is_greeted(where: Address, method: str) -> None:
    with connect(where) as sock:
        ask = f"{method} /as2?x={'y' * 200} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        sock.sendall(ask.encode())
        data = b"".join(iter(lambda: sock.recv(65536), b""))
    assert data.startswith(b"HTTP/1.1 200 ")
    assert (b"AS2 address" in data) == (method == "GET")


def test_the_connection_is_over_before_a_receipt_is_posted(where: Address, world: As2World) -> None:
    posted = message(url=URL)
    answer = call(where, head(posted) + posted.body)
    assert (answer.status, answer.headers["connection"], answer.body) == (200, "close", b"")
    assert world.woken == ["unpack/acme-retail/main"]


def test_answers_that_could_tell_leave_at_marks_of_time(
    where: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as2_module, "MARK", 0.3)
    times = []
    for forged in (message(signer="stranger"), message(recipient="stranger")):
        began = time.monotonic()
        assert call(where, head(forged) + forged.body).status == 200
        times.append(time.monotonic() - began)
    assert all(0.28 < (each % 0.3) + 0.3 < 0.45 or each >= 0.3 for each in times)
    posted = message()
    began = time.monotonic()
    call(where, head(posted) + posted.body)
    assert time.monotonic() - began < 0.3


def test_many_at_once(where: Address, world: As2World) -> None:
    each = [message(orders(str(number))) for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda posted: call(where, head(posted) + posted.body), each))
    assert [answer.status for answer in answers] == [200] * 12
    assert len(world.files_received()) == 12


def test_connections_of_one_address_are_bounded(world: As2World) -> None:
    application = partners_only(As2(world.receiver))
    with opened(application, "127.0.0.1:0", Room(64, per_address=2)) as where:
        held = [connect(where) for _ in range(2)]
        with connect(where) as third, suppress(ConnectionError):
            assert third.recv(1) == b""
        for one in held:
            one.close()
    proxied = Room(64, per_address=1, proxies=frozenset({"127.0.0.1"}))
    with opened(application, "127.0.0.1:0", proxied) as where, connect(where), connect(where):
        posted = message()
        assert call(where, head(posted) + posted.body).status == 200


def test_a_gateway_that_is_not_at_work_yet(world: As2World) -> None:
    application = As2(world.receiver, ready=lambda: False)
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as where:
        posted = message()
        answer = call(where, head(posted) + posted.body)
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")


def test_a_proxy_tells_who_calls(world: As2World) -> None:
    application = As2(world.receiver, proxies=frozenset({"127.0.0.1"}))
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as where:
        stranger = message().named(as2_from="NEMO")
        forwarded = "X-Forwarded-For: 203.0.113.9, 198.51.100.1"
        assert call(where, head(stranger, forwarded) + stranger.body).status == 200
    levels = world.receiver.throttle._strangers._levels
    assert list(levels) == ["198.51.100.1"]  # what the proxy itself saw, not what it was told


def test_tls_with_client_certificates(world: As2World) -> None:
    tls = Tls(KEYS / "ours.pem", KEYS / "ours.key", KEYS / "authority.pem")
    application = partners_only(As2(world.receiver))
    with opened(application, "127.0.0.1:0", ROOM, tls) as where:
        assert where.url.startswith("https://")
        posted = message()
        assert spoken(where, head(posted) + posted.body, "issued") is not None
        assert spoken(where, head(posted) + posted.body, None) is None
    assert len(world.received()) == 1


def spoken(where: Address, data: bytes, client: str | None) -> Reply | None:
    """Over TLS; ``None`` when the server does not want to speak with us."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if client is not None:
        context.load_cert_chain(KEYS / f"{client}.pem", KEYS / f"{client}.key")
    try:
        with context.wrap_socket(connect(where)) as sock:
            sock.sendall(data)
            return reply(sock)
    except (ssl.SSLError, ConnectionError, AssertionError):
        return None


def test_a_certificate_that_is_not_there_is_told(tmp_path: Path, world: As2World) -> None:
    from gateway.web.port import PortError  # noqa: PLC0415

    tls = Tls(tmp_path / "none.pem", tmp_path / "none.key")
    application = partners_only(As2(world.receiver))
    port = opened(application, "127.0.0.1:0", ROOM, tls, "http.partners.listen")
    with pytest.raises(PortError, match=r"http\.partners\.listen: certificate or key"), port:
        pass


def test_a_receipt_in_a_reply_is_the_stored_one(where: Address, world: As2World) -> None:
    posted = message()
    answer = call(where, head(posted) + posted.body)
    (row,) = world.received()
    top, _, body = (world.stored(row.mdn or "") or b"").partition(b"\r\n\r\n")
    assert body == answer.body
    for line in top.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(": ")
        assert answer.headers[name.lower()] == value
    assert disposition(world.post(posted)) == "processed"
