"""The entrance of the API: what path, headers and key decide before a byte of the body is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.channels.as2.mime.headers import Headers
from gateway.channels.upload import request
from gateway.pipeline.as2.receive.entrance import LIMITS, fault, length_of, shown
from gateway.pipeline.shops.reception import routes
from gateway.pipeline.shops.reception.answer import Answer, refused, too_fast
from gateway.pipeline.shops.reception.keys import Keys, Owner
from gateway.pipeline.shops.reception.routes import Route
from gateway.pipeline.shops.reception.throttle import Throttle
from gateway.problems import Problem, problem
from gateway.store.shops.requests import key_of

_ONCE = ("authorization", "idempotency-key", "content-encoding")
"""Headers that decide something: a second one could be the one that another program reads."""
_ASKED = (("WWW-Authenticate", 'Bearer realm="api"'),)
_OTHERS = {"shop": "a shop", "erp": "the ERP"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may come."""

    route: Route
    values: Mapping[str, str]
    """Of the parameters in its path."""
    path: str
    """As it came."""
    owner: Owner | None
    """Whose key it has; ``None`` where none is needed."""
    given: str
    """Of ``Idempotency-Key``; empty where there is none."""
    length: int | None
    """``Content-Length``; ``None`` for a body in chunks."""
    address: str

    @property
    def limit(self) -> int:
        """Bytes of its body."""
        return self.owner.max_size if self.owner is not None and self.route.posts else 0

    @property
    def key(self) -> str:
        """What names it for the store; empty without Idempotency-Key."""
        return key_of(self.owner.name, self.given) if self.owner is not None and self.given else ""


def admit(
    keys: Keys,
    throttle: Throttle,
    method: str,
    path: str,
    headers: Headers,
    address: str,
    version: str = "1.1",
) -> Call | Answer:
    """What may go on, or the answer. ``path``: as it came, percent-encoded."""
    found = _two_ways(headers, version)
    if found is not None:
        return refused(400, found)
    fitting = routes.find(path)
    if not fitting:
        return refused(404, _wrong(f"names {shown(path)}", "a path of GET /api/openapi.json"))
    asked = "GET" if method == "HEAD" else method
    matched = next((each for each in fitting if each[0].method == asked), None)
    if matched is None:
        allowed = ", ".join(_methods(fitting))
        wrong = _wrong(f"is {shown(method)}", allowed)
        return refused(405, wrong, more=(("Allow", allowed),))
    route, values = matched
    if route.who == "anyone":
        return Call(route, values, path, None, "", length_of(headers), address)
    owner = _owner(keys, throttle, route, headers, address)
    if isinstance(owner, Answer):
        return owner
    unfit = next(_unfit(route, headers, owner), None)
    if unfit is not None:
        return refused(*unfit)
    given = request.key(headers.get("idempotency-key") or "") or ""
    kept = given if route.posts else ""
    return Call(route, values, path, owner, kept, length_of(headers), address)


def _owner(
    keys: Keys, throttle: Throttle, route: Route, headers: Headers, address: str
) -> Owner | Answer:
    """Whose key it is, if he may do this."""
    wait = throttle.wait("", address)
    if wait:
        return too_fast(wait)
    key = request.bearer(headers.get("authorization"))
    owner = keys.owner(key)
    if owner is None:
        throttle.failed("", address)
        what = "another key" if key else "no bearer key"
        return refused(401, problem("W140", found=what), more=_ASKED, held=True)
    if (route.who == "shop") is not bool(owner.shop):
        what = f"the key of {_OTHERS['shop' if owner.shop else 'erp']}"
        what += f", where that of {_OTHERS[route.who]} is needed"
        return refused(401, problem("W140", found=what), more=_ASKED)
    wait = throttle.admit(owner.name, owner.rate)
    return too_fast(wait) if wait else owner


def _two_ways(headers: Headers, version: str) -> Problem | None:
    """A request that two programs could read in two ways, whoever it comes from."""
    found = fault(headers, LIMITS, version=version, tolerant=False)
    if found is not None:
        return found
    counted = Counter(name.lower() for name, _ in headers.items)
    twice = next((name for name in _ONCE if counted[name] > 1), None)
    return None if twice is None else _wrong(f"has {counted[twice]} headers {twice}", "one")


def _unfit(route: Route, headers: Headers, owner: Owner) -> Iterator[tuple[int, Problem]]:
    if not route.posts:
        return
    given = headers.get("idempotency-key")
    if given is not None and request.key(given) is None:
        right = f"1 to {request.LONGEST_KEY} visible ASCII characters, another for each request"
        yield 400, _wrong(f"has the Idempotency-Key {shown(given)}", right)
    if headers.get("content-range") is not None:
        yield 400, _wrong("has Content-Range", "all of it in one request")
    encoding = (headers.get("content-encoding") or "identity").strip().lower()
    if encoding != "identity":
        yield 415, _wrong(f"has Content-Encoding {shown(encoding)}", "the body as it is")
    kind = headers.get("content-type")
    if not _is_json(kind) and not (kind is None and route.optional):
        said = "no Content-Type" if kind is None else f"Content-Type {shown(kind)}"
        yield 415, _wrong(f"has {said}", "application/json, in UTF-8")
    length = length_of(headers)
    if length is not None and length > owner.max_size:
        yield 413, problem("W144", size=length, limit=owner.max_size)


def _is_json(content_type: str | None) -> bool:
    kind, *parameters = (content_type or "").lower().split(";")
    kind = kind.strip()
    if kind != "application/json" and not (
        kind.startswith("application/") and kind.endswith("+json")
    ):
        return False
    charsets = [each.strip() for each in parameters if each.strip().startswith("charset=")]
    return all(each.partition("=")[2].strip('"') in ("utf-8", "utf8") for each in charsets)


def _methods(fitting: list[tuple[Route, dict[str, str]]]) -> list[str]:
    methods = {route.method for route, _ in fitting}
    return [*sorted(methods), *(["HEAD"] if "GET" in methods else [])]


def _wrong(what: str, right: str) -> Problem:
    return problem("W143", what=what, right=right)
