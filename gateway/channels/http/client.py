"""Send stored bytes to one address, and take what comes back.

What is sent is exactly what was given: no header is added but ``Host``, the length and, for this
address only, ``Authorization``. Redirects are not followed, proxies and passwords of the
environment (``HTTPS_PROXY``, ``.netrc``) are not used. Time and size of the answer are bounded.

A failure says whether anything may have left: :class:`Unsent` means that it did not.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

import httpx

from gateway.channels.http.address import Address, read
from gateway.channels.http.endpoint import Endpoint
from gateway.channels.tls import Seen, context_of
from gateway.telemetry.secrets import mask

MOST_ANSWERED = 1_000_000
"""Bytes of an answer: a receipt has a few thousand."""
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
BODILESS = ("GET", "DELETE")
"""Methods that need no body; without one they say nothing of its length."""


class Unsent(OSError):  # noqa: N818 (it is an outcome)
    """Nothing left. ``kind`` says at what it failed.

    ``reason``: of ``pin`` the fingerprint that was shown; ``expected``: those that were pinned.
    """

    def __init__(
        self, kind: Literal["reach", "tls", "pin", "settings"], reason: str, expected: str = ""
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.expected = expected


class Unanswered(OSError):  # noqa: N818 (it is an outcome)
    """It left, wholly or in part, and no whole answer came: nobody knows whether it arrived."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """As they came, Latin-1."""
    body: bytes
    seen: Seen | None = None
    """What the server showed; ``None`` without TLS."""

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next((text for key, text in self.headers if key.lower() == name), "")

    @property
    def raw(self) -> bytes:
        """Headers, blank line and body, as they are kept."""
        head = "".join(f"{name}: {text}\r\n" for name, text in self.headers)
        return head.encode("latin-1", "replace") + b"\r\n" + self.body


class Client:
    """Connections to one address. Use as a context manager."""

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises :class:`Unsent` when the endpoint cannot be used at all."""
        self.endpoint = endpoint
        if (address := read(endpoint.url)) is None:
            raise Unsent("settings", "the address is no http or https address")
        self.host = address.host
        self._server = _server(address)
        try:
            context = context_of(endpoint.tls) if address.scheme == "https" else False
        except (ValueError, OSError) as failure:
            raise Unsent("settings", f"the certificates for TLS: {failure}") from None
        connect, reply = (each.total_seconds() for each in (endpoint.connect, endpoint.reply))
        self._reply = reply
        self._client = httpx.Client(
            verify=context,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(reply, connect=connect),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=5.0),
        )
        self._seen: Seen | None = None
        self._stream: Any = None
        """The connection that is used; it outlives a request."""

    def post(self, headers: Sequence[tuple[str, str]], body: Iterable[bytes], size: int) -> Reply:
        """Send a message of ``size`` bytes.

        Raises :class:`Unsent`, :class:`Unanswered`, or what ``body`` raises when it is read.
        """
        return self.send("POST", headers, body, size)

    def send(
        self,
        method: Method,
        headers: Sequence[tuple[str, str]],
        body: Iterable[bytes],
        size: int,
        *,
        url: str = "",
        whole: bool = True,
        most: int = MOST_ANSWERED,
    ) -> Reply:
        """The same by another method, or to another place of the same server (``url``).

        ``most``: bytes of the answer. Not ``whole``: of one that is larger the start is enough.
        """
        address = read(url or self.endpoint.url)
        if address is None or _server(address) != self._server:
            raise Unsent("settings", "the address is none of the server that was agreed")
        request = httpx.Request(
            method,
            url or self.endpoint.url,
            headers=self._headers(headers, None if method in BODILESS and not size else size),
            content=None if method in BODILESS and not size else iter(body),
        )
        watch = _Watch(self._connected, self._cut, self._reply)
        request.extensions = {"timeout": self._client.timeout.as_dict(), "trace": watch}
        try:
            with _translated(watch):
                answer = self._client.send(request, stream=True, auth=None)
                with _closing(answer):
                    data = _bounded(answer, most, whole=whole)
        finally:
            watch.stop()
        told = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in answer.headers.raw)
        return Reply(answer.status_code, told, data, self._seen)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _headers(
        self, stored: Sequence[tuple[str, str]], size: int | None
    ) -> list[tuple[bytes, bytes]]:
        headers = list(stored)
        if size is not None:
            length = ("Transfer-Encoding", "chunked")
            headers.append(length if self.endpoint.chunked else ("Content-Length", str(size)))
        if authorization := self._authorization():
            headers.append(("Authorization", authorization))
        return [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]

    def _authorization(self) -> str:
        if self.endpoint.authorization is None:
            return ""
        try:
            value = self.endpoint.authorization()
        except OSError as failure:
            raise Unsent("settings", str(failure)) from None
        mask(value.partition(" ")[2])
        return value

    def _connected(self, stream: Any) -> None:
        """A connection stands, protected or not yet; whether it is the one that was meant."""
        self._stream = stream
        tls = stream.get_extra_info("ssl_object")
        if tls is None:
            return
        self._seen = Seen(tls.version() or "", tls.getpeercert(True) or b"")
        pins = self.endpoint.tls.pins
        if pins and self._seen.fingerprint not in pins:
            stream.close()
            raise Unsent("pin", self._seen.fingerprint, " or ".join(sorted(pins)))

    def _cut(self) -> None:
        with suppress(OSError):
            self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class _Watch:
    """Follows one request: what has happened of it, and how long the answer takes.

    Timeouts of the library are for each reading; one who answers a byte a minute would hold us for
    ever. So the connection is cut when the whole answer takes too long.
    """

    def __init__(
        self, connected: Callable[[Any], None], cut: Callable[[], None], seconds: float
    ) -> None:
        self.began = False
        """Something of the message may have left."""
        self.late = False
        """The answer took too long."""
        self._connected = connected
        self._cut = cut
        self._timer = threading.Timer(seconds, self._over)
        self._timer.daemon = True

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._connected(info["return_value"])
        elif event == "http11.send_request_headers.started":
            self.began = True
        elif event == "http11.receive_response_headers.started":
            self._timer.start()

    def stop(self) -> None:
        """The request is over."""
        self._timer.cancel()

    def _over(self) -> None:
        self.late = True
        self._cut()


@contextmanager
def _closing(answer: httpx.Response) -> Iterator[None]:
    try:
        yield
    finally:
        answer.close()


@contextmanager
def _translated(watch: _Watch) -> Iterator[None]:
    """The library's failures as the two that count."""
    try:
        yield
    except httpx.HTTPError as failure:
        reason = "the answer took too long" if watch.late else _reason(failure)
        if watch.began:
            raise Unanswered(reason) from None
        kind: Literal["tls", "reach"] = "tls" if _of_tls(failure) else "reach"
        raise Unsent(kind, reason) from None


def _server(address: Address) -> tuple[str, str, int]:
    return address.scheme, address.host, address.port


def _of_tls(failure: BaseException | None) -> bool:
    while failure is not None:
        if isinstance(failure, ssl.SSLError):
            return True
        failure = failure.__cause__ or failure.__context__
    return False


def _reason(failure: httpx.HTTPError) -> str:
    """What the system or the protocol says; never the address, which may hold a token."""
    if isinstance(failure, httpx.TimeoutException):
        what = "connecting" if isinstance(failure, httpx.ConnectTimeout) else "an answer"
        return f"{what} took too long"
    return str(failure) or type(failure).__name__


def _bounded(answer: httpx.Response, most: int, *, whole: bool) -> bytes:
    data = bytearray()
    for piece in answer.iter_raw():
        data += piece
        if len(data) > most:
            if not whole:
                break
            raise Unanswered(f"the answer is larger than {most // 1000} kB")
    return bytes(data)
