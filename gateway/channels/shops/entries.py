"""Lists in the answers of shops: their entries as they came, and those that can be told apart."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.channels.shops.connector import Record
from gateway.channels.shops.session import ShopAnswerError
from gateway.problems import Problem, problem
from gateway.syntax.jsonparts import NoSuchPartError, elements


def entries(body: bytes, *path: str, what: str) -> list[bytes]:
    """The entries of a list. Raises ``ShopAnswerError`` where there is none in the answer."""
    try:
        return elements(body, *path)
    except NoSuchPartError as failure:
        raise ShopAnswerError(f"the list of {what} is none: {failure}") from None


def told_apart(
    records: Iterable[Record],
) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Records with an id, and a problem (W231) for each without: those could be any order."""
    known: list[Record] = []
    broken: list[Problem] = []
    for each in records:
        if each.external_id:
            known.append(each)
        else:
            broken.append(problem("W231", field="the id of an order", expected="an id"))
    return tuple(known), tuple(broken)
