"""The test of a web address: it has a name, answers, and is the right one."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from gateway.channels.remote.step import Step
from gateway.channels.tls import Seen, Tls, context_of
from gateway.config.as2 import As2Http
from gateway.config.values import WebAddress
from gateway.pipeline.as2 import credentials
from gateway.pipeline.remote.trial.terms import Terms, failed
from gateway.problems import Problem, problem


def answers(terms: Terms, written: WebAddress, http: As2Http) -> Iterator[Step]:
    """Name, port, and with https the certificate of an address; nothing is posted there."""
    url, problems = credentials.url(terms.workspace, written)
    if problems:
        yield failed("settings", problems[0])
        return
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    seconds = http.connect_timeout.total_seconds()
    try:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]
        yield Step("dns", f"{host} is {address}")
    except OSError as failure:
        yield failed("dns", _unreachable(host, port, failure))
        return
    try:
        connection = socket.create_connection((host, port), seconds)
    except OSError as failure:
        yield failed("tcp", _unreachable(host, port, failure))
        return
    with connection:
        yield Step("tcp", f"port {port} answers")
        if secure:
            protected = _protected(terms, http, connection, host, port)
            yield protected
            if protected.found is not None:
                return
    yield Step("write", "nothing is posted for a test")


def _protected(
    terms: Terms, http: As2Http, connection: socket.socket, host: str, port: int
) -> Step:
    known = credentials.tls(terms.workspace, terms.partner, http)
    for each in (known.client, known.authorities):
        if isinstance(each, Problem):
            return failed("settings", each)
    pins = frozenset(http.pins)
    tls = Tls(http.tls_min, known.authorities, pins, known.client)  # type: ignore[arg-type]
    try:
        with context_of(tls).wrap_socket(connection, server_hostname=host) as wrapped:
            seen = Seen(wrapped.version() or "TLS", wrapped.getpeercert(binary_form=True) or b"")
    except (OSError, ssl.SSLError, ValueError) as failure:
        return failed("tls", _unreachable(host, port, failure))
    if pins and seen.fingerprint not in pins:
        reason = f"it shows a certificate with the fingerprint {seen.fingerprint}, not a pinned one"
        return failed("tls", _unreachable(host, port, reason))
    until = "an unknown day" if seen.until is None else f"{seen.until:%Y-%m-%d}"
    return Step("tls", f"{seen.version}, certificate until {until}, SHA-256 {seen.fingerprint}")


def _unreachable(host: str, port: int, failure: object) -> Problem:
    reason = getattr(failure, "strerror", None) or failure
    return problem("T362", address=f"{host}:{port}", reason=reason)
