"""What only one may claim: the name of a shop, the orders of an account, a number of the ERP.

Two shops that read the same orders would hand each to the ERP twice; a number of the ERP that a
partner has, too, could mean either of them. Both sides are named with file and line. A shop that
cannot be told from somebody else is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.config.models import Own, Partner
from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.accounts import Account, account
from gateway.config.shops.files import Read, Shops
from gateway.config.shops.shop import Shop
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

RESERVED: Mapping[str, str] = {
    "erp": "the ERP",
    "error": "reports about files",
    "house": "the gateway itself",
    "own": "ourselves",
}
"""Names that mean something else in queues, lists and filters."""
_NUMBERS = (("customer", "erp", "the customer number"), ("gln", "gln", "the GLN"))
"""Setting of ``erp``, kind of identity, and what it is called."""


@dataclass(frozen=True)
class Others:
    """Who claims something besides the shops."""

    own: tuple[Own, YamlText]
    partners: Mapping[str, tuple[Partner, YamlText]]
    broken: tuple[str, ...]
    """Partners that are left out; their names are taken all the same."""
    by_identity: Mapping[tuple[str, str, str], str]


def claim(shops: Shops, others: Others) -> list[Problem]:
    """Leave out who claims what is somebody else's; C562-C566, C568, C587."""
    problems: list[Problem] = []
    for name in [*shops.read]:
        found = [*_name(name, shops.read[name], others), *_numbers(*shops.read[name], others)]
        if found:
            problems += found
            shops.leave_out(name)
    twice = [*_accounts(shops.read), *_keys(shops.read)]
    for name, found_twice in twice:
        problems.append(found_twice)
        shops.leave_out(name)
    problems += _customers(shops.read)
    problems += _order_numbers(shops.read)
    return problems


def _name(name: str, read: tuple[Shop, YamlText], others: Others) -> Iterator[Problem]:
    place = read[1].place(("shop",))
    near = f"{name[:35]}-shop"
    if name in RESERVED:
        yield problem("C563", place, shop=name, meaning=RESERVED[name], near=near)
    elif name in others.partners:
        file = others.partners[name][1].file
        yield problem("C562", place, shop=name, other_file=file, near=near)
    elif name in others.broken:
        yield problem("C562", place, shop=name, other_file="its partner.yaml", near=near)


def _numbers(shop: Shop, text: YamlText, others: Others) -> Iterator[Problem]:
    """Numbers of the ERP that mean a partner, or ourselves (C565)."""
    for setting, kind, called in _NUMBERS:
        number = getattr(shop.erp, setting)
        if number is None:
            continue
        owner = _owner(others, kind, number.strip())
        if owner is not None:
            facts: dict[str, Any] = {"setting": f"erp.{setting}", "value": number}
            facts |= {"shop": shop.shop, "identity": called, "other": owner[0]}
            yield problem("C565", text.place(("erp", setting)), **facts, **_other(owner[1]))


def _owner(others: Others, kind: str, number: str) -> tuple[str, Place] | None:
    """Whose number it is, and where that is written."""
    path: Path_ = ("identities", "gln") if kind == "gln" else ("identities", "erp", "customer")
    name = others.by_identity.get((kind, "", number))
    if name is not None and name in others.partners:
        return f"the partner {name}", others.partners[name][1].place(path)
    ours = others.own[0].identities
    if kind == "gln" and ours.gln == number:
        return "ourselves", others.own[1].place(path)
    return None


def _accounts(read: Read) -> Iterator[tuple[str, Problem]]:
    """Shops that read the same orders (C564), each with what is wrong with it.

    One in test may stand beside one that is live: its orders go to the ERP's sandbox.
    """
    seen: dict[tuple[str, ...], list[tuple[str, Account]]] = {}
    for name, (shop, _) in read.items():
        found = None if shop.mode == "paused" else account(shop)
        if found is None:
            continue
        known = seen.setdefault((shop.mode, *found.key), [])
        other = next((each for each in known if found.meets(each[1])), None)
        known.append((name, found))
        if other is None:
            continue
        for one, there in ((name, other[0]), (other[0], name)):
            where = _other(_connection(read[there]))
            facts: dict[str, Any] = {"shop": one, "other": there, "what": found.shown}
            yield one, problem("C564", _connection(read[one]), **facts, way=found.way, **where)


def _connection(read: tuple[Shop, YamlText]) -> Place:
    """Where a shop says how it is reached."""
    shop, text = read
    for setting in ("url", "store_hash", "seller"):
        if (shop.kind, setting) in text.keys:
            return text.place((shop.kind, setting))
    return text.place((shop.kind,), key=True)


def _keys(read: Read) -> Iterator[tuple[str, Problem]]:
    """A key of the API that two shops have (C568): nobody knows who posts with it."""
    seen: dict[str, tuple[str, Place]] = {}
    for name, (shop, text) in read.items():
        for at, key in enumerate(shop.api.keys if shop.api is not None else ()):
            here = (name, text.place(("api", "keys", at)))
            there = seen.setdefault(str(key), here)
            if there[0] != name:
                for one, other in ((here, there), (there, here)):
                    facts: dict[str, Any] = {"value": str(key), "shop": one[0], "other": other[0]}
                    yield one[0], problem("C568", one[1], **facts, **_other(other[1]))


def _customers(read: Read) -> Iterator[Problem]:
    """Shops that are the same customer of the ERP (C566)."""
    seen: dict[tuple[str, str], tuple[str, Place]] = {}
    for name, (shop, text) in read.items():
        for setting, _, _ in _NUMBERS:
            number = getattr(shop.erp, setting)
            if number is None:
                continue
            place = text.place(("erp", setting))
            other = seen.setdefault((setting, number.strip()), (name, place))
            if other[0] != name:
                facts: dict[str, Any] = {"setting": f"erp.{setting}", "value": number, "shop": name}
                yield problem("C566", place, **facts, other=other[0], **_other(other[1]))


def _order_numbers(read: Read) -> Iterator[Problem]:
    """Shops that count their orders alike, and name them alike in the ERP (C587)."""
    seen: dict[str, str] = {}
    for name, (shop, text) in read.items():
        template = shop.orders.number
        if shop.mode == "paused" or not ABILITIES[shop.kind].counts_up or "{shop}" in template:
            continue
        other = seen.setdefault(template, name)
        if other != name:
            place = text.place(("orders", "number"))
            yield problem("C587", place, shop=name, other=other, value=template)


def _other(place: Place) -> dict[str, Any]:
    return {"other_file": place.file or "", "other_line": str(place.line or 1)}
