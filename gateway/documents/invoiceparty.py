"""What formats tell of an invoice inside one of its parties: accounts, references, mandates.

UBL knows the creditor identifier (BT-90) as an identifier of the seller; the INVOIC of EN 16931
(ISO 20625) has bank accounts, mandate and booking references in the groups of the parties. The
document has them in ``payment`` and at its top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.documents.base import Model
from gateway.documents.common import taken

CREDITOR_SCHEME = "SEPA"
_CREDITOR = "payment.debit.creditor"
_OF_BUYER = {
    "buyer_reference": "buyer_reference",
    "accounting_reference": "accounting_reference",
    "mandate": "payment.debit.mandate",
    "creditor": _CREDITOR,
}
"""Kind of a reference of the buyer → the field of the invoice that it is."""


def without_party_facts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with what parties say of the invoice in its own fields."""
    whole = dict(data)
    for name in ("seller", "payee"):
        party = _taken_apart(whole, name)
        if party is None:
            continue
        first, rest = _first(party, "identifiers", "scheme", CREDITOR_SCHEME)
        if first is not None and _put(whole, _CREDITOR, first.get("value")):
            party["identifiers"] = rest
        if accounts := list(party.get("accounts", ())):
            ways = [{"account": one} for one in accounts]
            payment = _data(whole.get("payment")) or {}
            whole["payment"] = {**payment, "further": [*ways, *payment.get("further", ())]}
            del party["accounts"]
        whole[name] = party
    buyer = _taken_apart(whole, "buyer")
    if buyer is not None:
        _of_buyer(whole, buyer)
        whole["buyer"] = buyer
    return whole


def _of_buyer(whole: dict[str, Any], buyer: dict[str, Any]) -> None:
    for kind, field in _OF_BUYER.items():
        first, rest = _first(buyer, "references", "kind", kind)
        if first is not None and _put(whole, field, first.get("number")):
            buyer["references"] = rest
    accounts = list(buyer.get("accounts", ()))
    account = _data(accounts[0]) if accounts else None
    number = (account or {}).get("iban") or (account or {}).get("number")
    if number and _put(whole, "payment.debit.account", number):
        buyer["accounts"] = accounts[1:]


def is_ubl(names: frozenset[str]) -> bool:
    """Whether a map has the creditor identifier nowhere but among those of the seller."""
    return "payment.debit.mandate" in names and _CREDITOR not in names


def with_party_facts(data: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """The other way round, for a map that has no rows for them."""
    as_identifier = is_ubl(names)
    if as_identifier and (creditor := _pop(data, _CREDITOR)):
        own = {"value": creditor, "scheme": CREDITOR_SCHEME}
        _append(data, "seller", "identifiers", own)
    ship_to = data.get("ship_to") or {}
    if as_identifier and "gln" in ship_to and (number := _pop(data, "ship_to.buyer_number")):
        # a place has one number there: the other is told, not lost (V513)
        _append(data, "ship_to", "identifiers", {"value": number})
    if "payment.means" not in names or "payment.account.iban" in names:
        return data
    _accounts(data)
    for kind, field in _OF_BUYER.items():
        if field not in names and (number := _pop(data, field)):
            _append(data, "buyer", "references", {"kind": kind, "number": number})
    if account := _pop(data, "payment.debit.account"):
        _append(data, "buyer", "accounts", {"iban": account})
    return data


def _accounts(data: dict[str, Any]) -> None:
    party = "payee" if data.get("payee") else "seller"
    payment = data.get("payment") or {}
    if account := _pop(data, "payment.account"):
        _append(data, party, "accounts", account)
    further = []
    for one in payment.get("further", ()):
        alone = set(one) <= {"account", "means"} and one.get("means") == payment.get("means")
        if alone and "account" in one:
            _append(data, party, "accounts", one["account"])
        else:
            further.append(one)
    if further != list(payment.get("further", ())):
        data["payment"] = {**data["payment"], "further": further}


# ------------------------------------------------------------------ one value, by its dotted name


def _data(value: Any) -> Any:
    return value.to_data() if isinstance(value, Model) else value


def _taken_apart(whole: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """A party as data that may be changed, if it may say something of the invoice."""
    party = _data(whole.get(name))
    lists = ("identifiers", "references", "accounts")
    if not isinstance(party, Mapping):
        return None
    found = {one: party[one] for one in lists if isinstance(party.get(one), list | tuple)}
    return dict(party) if found else None


def _first(
    party: Mapping[str, Any], name: str, key: str, value: str
) -> tuple[Mapping[str, Any] | None, list[Any]]:
    known = party.get(name)
    if not isinstance(known, list | tuple):
        return None, []
    return taken(known, lambda one: one.get(key) == value)


def _put(whole: dict[str, Any], field: str, value: Any) -> bool:
    """Fill a field that is absent; whether it was."""
    *objects, last = field.split(".")
    chain = list(_chain(whole, objects))
    if len(chain) <= len(objects) or chain[-1].get(last):
        return False
    inner = {**chain[-1], last: value}
    for name, outer in zip(reversed(objects), reversed(chain[:-1]), strict=True):
        inner = {**outer, name: inner}
    whole |= inner
    return True


def _chain(whole: Mapping[str, Any], objects: list[str]) -> Iterator[Mapping[str, Any]]:
    here: Any = whole
    yield here
    for name in objects:
        here = _data(here.get(name)) or {}
        if not isinstance(here, Mapping):
            return
        yield here


def _pop(data: dict[str, Any], field: str) -> Any:
    """Take a value out of a document."""
    *objects, last = field.split(".")
    chain = list(_chain(data, objects))
    if len(chain) <= len(objects) or last not in chain[-1]:
        return None
    value = chain[-1][last]
    inner = {name: one for name, one in chain[-1].items() if name != last}
    for name, outer in zip(reversed(objects), reversed(chain[:-1]), strict=True):
        inner = {**outer, name: inner}
    data.clear()
    data.update(inner)
    return value


def _append(data: dict[str, Any], party: str, name: str, entry: Any) -> None:
    known = data.get(party) or {}
    data[party] = {**known, name: [*known.get(name, ()), entry]}
