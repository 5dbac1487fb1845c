"""How PrestaShop's webservice is called: rows of a resource, each as it came.

A list of one may come as an object, an empty one as ``[]`` in place of everything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from gateway.channels.shops import web
from gateway.channels.shops.auth import Basic
from gateway.channels.shops.session import (
    Answer,
    Query,
    Session,
    ShopAnswerError,
    ShopRefusedError,
    ShopUnreachableError,
)
from gateway.config.secrets import Secret
from gateway.config.shops.prestashop import PrestaShop
from gateway.config.values import is_here
from gateway.syntax.jsonparts import NoSuchPartError, elements, member

API = "/api"
LAST_ID = 2_147_483_647
_NODES = {"order_slip": "order_slips"}
"""Resources whose lists are called otherwise than themselves."""
_ASKED = 100
"""Values of one filter: they stand in the address."""
_UNFIT = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
Pairs = list[tuple[str, str]]


def opened(settings: PrestaShop, secrets: Callable[[Secret], str]) -> Session:
    """Calls of the shop. Raises ``ShopUnreachableError`` where its key would travel readably."""
    parts = urlsplit(settings.url)
    if parts.scheme == "http" and not is_here(parts.netloc):
        raise ShopUnreachableError("the key of the webservice needs an address with https")
    auth = Basic(lambda: secrets(settings.key), lambda: "", is_key=True)
    return web.session(settings.url + API, auth, terms=web.Terms(timeout=settings.timeout))


class Webservice:
    """Calls of one shop, in its language and of its part of a multishop."""

    def __init__(self, session: Session, settings: PrestaShop) -> None:
        self.session = session
        self.common: Pairs = [
            ("output_format", "JSON"), ("language", str(settings.language)),
        ]  # fmt: skip
        if settings.id_shop is not None:
            self.common.append(("id_shop", str(settings.id_shop)))

    def rows(
        self, resource: str, filters: Mapping[str, str], display: str = "full", more: Query = ()
    ) -> list[bytes]:
        """Rows of a resource. ``filters``: by field, as the webservice writes them."""
        query = [*self.common, ("display", display)]
        query += [(f"filter[{name}]", value) for name, value in filters.items()]
        answer = self.session.call("GET", resource, query=[*query, *more])
        return listed(answer, _NODES.get(resource, resource))

    def rows_of(
        self, resource: str, field: str, values: Iterable[str], display: str = "full"
    ) -> list[bytes]:
        """Rows with one of some values, as many calls as that takes."""
        found: list[bytes] = []
        for some in chunks(sorted({value for value in values if value}), _ASKED):
            found += self.rows(resource, {field: one_of(some)}, display)
        return found

    def put(self, resource: str, number: str, body: bytes, more: Query = ()) -> Answer:
        """Write a row anew: whatever is not in the body is reset."""
        return self._write("PUT", f"{resource}/{number}", body, more)

    def post(self, resource: str, body: bytes, more: Query = ()) -> Answer:
        """Make a row."""
        return self._write("POST", resource, body, more)

    def patch(self, resource: str, number: str, body: bytes) -> Answer:
        """Change what is in the body (from PrestaShop 8 on)."""
        return self._write("PATCH", f"{resource}/{number}", body, ())

    def _write(self, method: Any, path: str, body: bytes, more: Query) -> Answer:
        return self.session.call(
            method,
            path,
            query=[*self.common, *more],
            body=body,
            headers={"Content-Type": "text/xml; charset=utf-8"},
            repeatable=method != "POST",
        )


def listed(answer: Answer, node: str) -> list[bytes]:
    """The rows in an answer, each as it came. Raises ``ShopAnswerError``."""
    body = answer.body.strip()
    if body in (b"[]", b"{}", b""):
        return []
    try:
        value = member(body, node)
        if value is None:
            raise ShopAnswerError(f"the answer holds no {node}")
        if value.startswith(b"["):
            return elements(value)
        return [] if value == b"null" else [_only(value)]
    except NoSuchPartError as failure:
        raise ShopAnswerError(f"the answer is no JSON: {failure}") from None


def _only(value: bytes) -> bytes:
    """The row of a list of one: itself, or below its name."""
    if member(value, "id") is None and isinstance(found := json.loads(value), dict):
        names = list(found)
        inner = member(value, names[0]) if len(names) == 1 else None
        if inner is not None and inner.startswith(b"{"):
            return inner
    return value


def one(answer: Answer, node: str) -> dict[str, Any]:
    """The values of the row that an answer to a change tells."""
    said = answer.json()
    inner = said.get(node) if isinstance(said, dict) else None
    if isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    if not isinstance(inner, dict):
        raise ShopAnswerError(f"the answer holds no {node}")
    return inner


def values(raw: bytes) -> dict[str, Any]:
    """The values of a row."""
    row = Answer(200, (), raw).json()
    if not isinstance(row, dict):
        raise ShopAnswerError("a row of the answer is no object")
    return row


def one_of(some: Sequence[str]) -> str:
    """A filter for any of some values."""
    return f"[{'|'.join(some)}]"


def between(first: str | int, last: str | int) -> str:
    """A filter for an interval, both ends included."""
    return f"[{first},{last}]"


def chunks(some: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """As many at a time."""
    left = iter(some)
    while part := list(islice(left, size)):
        yield part


def body(node: str, fields: Mapping[str, str | Mapping[str, str]]) -> bytes:
    """A row as XML: the only form in which every version takes one.

    A text of several languages is told by the ids of these.
    """
    root = ElementTree.Element("prestashop")
    row = ElementTree.SubElement(root, node)
    for name, value in fields.items():
        field = ElementTree.SubElement(row, name)
        if isinstance(value, str):
            field.text = _fitting(value)
            continue
        for language, text in value.items():
            ElementTree.SubElement(field, "language", id=language).text = _fitting(text)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fitting(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return _UNFIT.sub("", text)


def refusal(failure: ShopRefusedError) -> str:
    """What the webservice says of a call that it refuses."""
    try:
        said = json.loads(failure.body)
        told = said["errors"][0]
        return f"{failure.status} {told.get('code', '')} {told.get('message', '')}"[:200]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return failure.reason[:200]
