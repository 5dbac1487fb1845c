"""The entrance: what path and headers alone decide, before a byte of the file is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.channels.as2.mime.headers import Headers
from gateway.channels.upload import request
from gateway.channels.upload.request import Target
from gateway.config.upload import HttpsReceive
from gateway.pipeline.as2.receive.entrance import LIMITS, fault, length_of, shown
from gateway.problems import Problem, problem

TAKES = ("POST", "PUT")
ASKS = ("GET", "HEAD")
_ONCE = ("authorization", "idempotency-key", "content-disposition", "content-encoding")
"""Headers that decide something: a second one could be the one that another program reads."""
_FORM = "multipart/"


@dataclass(frozen=True, slots=True)
class Call:
    """A file that may come."""

    target: Target
    settings: HttpsReceive
    headers: Headers
    address: str
    """Who calls: the address of the machine."""
    key: str
    """Of ``Idempotency-Key``; empty where there is none."""
    length: int | None
    """``Content-Length``; ``None`` for a body in chunks."""

    @property
    def source(self) -> str:
        """Where the file comes in: ``acme-retail/web``."""
        return f"{self.target.partner}/{self.target.channel}"


@dataclass(frozen=True, slots=True)
class Question:
    """What became of a file that was posted."""

    target: Target


def two_ways(headers: Headers, version: str) -> Problem | None:
    """T260, T441: a request that two programs could read in two ways, whoever it comes from."""
    found = fault(headers, LIMITS, version=version, tolerant=False)
    if found is not None:
        return found
    counted = Counter(name.lower() for name, _ in headers.items)
    for name in _ONCE:
        if counted[name] > 1:
            return _wrong(f"has {counted[name]} headers {name}", "one")
    return None


def unfit(headers: Headers, settings: HttpsReceive) -> tuple[int, Problem] | None:
    """Status and problem of a file that is not taken in this form."""
    return next(_unfit(headers, settings), None)


def key_of(headers: Headers) -> str:
    """The key of a request that is fit."""
    return request.key(headers.get("idempotency-key") or "") or ""


def empty() -> Problem:
    """T441, once the body was read."""
    return _wrong("has an empty body", "the file as body")


def nowhere(path: str) -> Problem:
    """T441: a path of another form."""
    return _wrong(f"names {shown(path)}", "/in/PARTNER/CHANNEL or /in/PARTNER/CHANNEL/NAME")


def otherwise(method: str) -> Problem:
    """T441: a method that is none of ours."""
    return _wrong(f"is {shown(method)}", "POST or PUT for a file, GET for what became of it")


def _unfit(headers: Headers, settings: HttpsReceive) -> Iterator[tuple[int, Problem]]:
    given = headers.get("idempotency-key")
    if given is not None and request.key(given) is None:
        right = f"1 to {request.LONGEST_KEY} visible ASCII characters, another for each file"
        yield 400, _wrong(f"has the Idempotency-Key {shown(given)}", right)
    if headers.get("content-range") is not None:
        yield 400, _wrong("has Content-Range", "the whole file in one request")
    encoding = (headers.get("content-encoding") or "identity").strip().lower()
    if encoding != "identity":
        yield 415, _wrong(f"has Content-Encoding {shown(encoding)}", "the file as it is")
    kind = (headers.get("content-type") or "").strip().lower()
    if kind.startswith(_FORM):
        right = "the file itself as body (curl --data-binary @FILE)"
        yield 415, _wrong(f"is a form ({shown(kind.partition(';')[0])})", right)
    length = length_of(headers)
    if length is not None and length > settings.max_size:
        yield 413, problem("T442", size=length, limit=settings.max_size)


def _wrong(what: str, right: str) -> Problem:
    return problem("T441", what=what, right=right)
