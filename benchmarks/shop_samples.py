"""Every order example that shops publish, as a canonical order whose sums agree, or the reason.

    python -m benchmarks.shop_samples FOLDER [--write FILE] [--json]

FOLDER holds the examples by platform (``amazon``, ``magento2``, ``shopify``, ``woocommerce``);
their licences let nobody put them here. Ends with 1 where the sums of an order do not agree.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.channels.shops import platforms
from gateway.channels.shops.amazon.vendor.orders import read_purchase_order
from gateway.config.shops import Shop
from gateway.documents.shop.checks import identities, refund_identities
from gateway.problems import Problem, errors
from gateway.syntax.jsonparts import dumps, elements

CONNECTIONS: dict[str, dict[str, Any]] = {
    "amazon": {
        "client_id": "app", "client_secret": "${env:A}", "refresh_token": "${env:B}",
        "seller": "A1SELLER", "marketplaces": ["A13V1IB3VIYZZH"],
    },
    "magento": {"url": "https://shop.example", "token": "${env:A}"},
    "shopify": {
        "url": "https://acme.myshopify.com", "client_id": "app", "client_secret": "${env:A}",
    },
    "woocommerce": {"url": "https://shop.example", "key": "${env:A}", "secret": "${env:B}"},
}  # fmt: skip
RATES = {"FR": ["20", "10", "5.5", "2.1"], "DE": ["19", "7"], "US": ["7.5"]}
ACCEPTED = {"amazon": {"untaxed": "accept"}}
"""Settings under which more orders are read; told where it takes them."""
REST = "an order of the REST API, which ended; Shopify's orders are read by GraphQL"


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one example."""

    file: str
    number: str
    result: str
    """``agrees``, ``differs``, ``refused``, ``no order``."""
    reason: str = ""


def shop(kind: str, **more: Any) -> Shop:
    """A shop of a kind with settings as plain as possible."""
    connection = {**CONNECTIONS[kind], **more}
    rated = {"rates": RATES}
    data = {"shop": "samples", "name": "Samples", "kind": kind, kind: connection, "tax": rated}
    return Shop.model_validate(data)


def judged(kind: str, file: str, number: str, raw: bytes) -> Row:
    """Read one record, and check its sums."""
    row = _judged(kind, file, number, raw, shop(kind))
    if row.result == "refused" and kind in ACCEPTED:
        again = _judged(kind, file, number, raw, shop(kind, **ACCEPTED[kind]))
        if again.result != "refused":
            setting = ", ".join(f"{kind}.{name}: {one}" for name, one in ACCEPTED[kind].items())
            return Row(file, number, again.result, f"with {setting}; without it: {row.reason}")
    return row


def _judged(kind: str, file: str, number: str, raw: bytes, settings: Shop) -> Row:
    reading = platforms.read_order(settings, raw)
    if reading.order is None:
        return Row(file, number, "refused", _told(errors(reading.problems)))
    found = identities(reading.order)
    for refund in reading.refunds:
        found += refund_identities(refund)
    if wrong := errors(found):
        return Row(file, number, "differs", _told(wrong))
    noted = sorted({one.code for one in found})
    if not reading.order.lines:
        noted.append("not paid yet: no articles and no amounts are told")
    return Row(file, number, "agrees", ", ".join(noted))


def _told(problems: list[Problem]) -> str:
    return "; ".join(f"{one.code} {one.sentence}" for one in problems[:3])


def amazon(folder: Path) -> Iterator[Row]:
    """Orders of sellers in both forms, and of vendors."""
    for path in sorted(folder.glob("orders_2026-01-01/*_200_*.json")):
        body = _answer(path)
        for order in [body["order"]] if "order" in body else body["orders"]:
            yield judged("amazon", _name(path), order["orderId"], dumps(order))
    items = {}
    for path in sorted(folder.glob("ordersV0/getOrderItems_200_*.json")):
        payload = _answer(path)["payload"]
        items[payload["AmazonOrderId"]] = payload["OrderItems"]
    used = set()
    for path in sorted(folder.glob("ordersV0/getOrder*_200_*.json")):
        payload = _answer(path)["payload"]
        for order in payload.get("Orders", [payload]):
            number = order["AmazonOrderId"]
            if "PurchaseDate" not in order:
                continue
            used.add(number)
            if number in items or order["OrderStatus"] == "Pending":
                raw = dumps({**order, "OrderItems": items.get(number, [])})
                yield judged("amazon", _name(path), number, raw)
            else:
                yield Row(_name(path), number, "no order", "v0: no example has its items")
    for number in sorted(set(items) - used):
        yield Row("amazon/ordersV0/getOrderItems", number, "no order", "items without their order")
    yield from _vendor(folder)


def _vendor(folder: Path) -> Iterator[Row]:
    """Purchase orders tell no sums of their own: there is nothing that could differ."""
    for path in sorted(folder.glob("vendorOrders/getPurchaseOrder*_200_*.json")):
        if "Status" in path.name:
            continue
        payload = _answer(path)["payload"]
        for order in payload.get("orders", [payload]):
            found = read_purchase_order(dumps(order))
            number = str(order.get("purchaseOrderNumber"))
            if found.order is None:
                yield Row(_name(path), number, "refused", _told(errors(found.problems)))
            else:
                yield Row(_name(path), number, "agrees", "purchase order: it tells no sums")


def magento(folder: Path) -> Iterator[Row]:
    """The documentation shows invoices, carts and quotes, and no whole order."""
    for path in sorted(folder.glob("docs/*.json")):
        text = path.read_text("utf-8")
        if not any(name in text for name in ("increment_id", "total_qty_ordered", "grand_total")):
            continue
        body = json.loads(text, parse_float=Decimal)
        if isinstance(body, dict) and "entity_id" in body and "order_currency_code" in body:
            if "order_id" in body:
                yield Row(_name(path), str(body["increment_id"]), "no order", "an invoice")
            else:
                yield judged("magento", _name(path), str(body.get("increment_id")), dumps(body))
        elif isinstance(body, dict) and ("totals" in body or "total_segments" in body):
            yield Row(_name(path), "", "no order", "totals of a cart")
        elif '"entity_id"' in text and "grand_total" not in text:
            yield Row(_name(path), "", "no order", "a list of two fields of each order")
        else:
            yield Row(_name(path), "", "no order", "a quote")


def shopify(folder: Path) -> Iterator[Row]:
    """Payloads of the REST API."""
    for name in ("order", "orders", "draft_order", "refund"):
        path = folder / "rest" / f"{name}.json"
        body = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        found = body[name]
        for one in found if isinstance(found, list) else [found]:
            yield Row(_name(path), str(one.get("name") or one.get("id")), "no order", REST)


def woocommerce(folder: Path) -> Iterator[Row]:
    """Orders of the documentation, of a real shop by REST and by webhook, and 266 made ones."""
    single = [
        folder / "docs_v3" / "orders_03.json",
        *sorted(folder.glob("live_wc10.0.2/order*.json")),
        *sorted(folder.glob("live_wc10.0.2/*.body")),
    ]
    for path in single:
        yield _woocommerce(_name(path), path.read_bytes())
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            yield _woocommerce(_name(path), line, "o")
    for path in sorted(folder.glob("docs_v3/order-refunds*.json")):
        yield Row(_name(path), "", "no order", "a refund; it is read with its order")


def _woocommerce(file: str, data: bytes, *inside: str) -> Row:
    if inside:
        data = elements(b'{"x":[' + data + b"]}", "x")[0]
        data = dumps(json.loads(data, parse_float=Decimal)[inside[0]])
    body = json.loads(data, parse_float=Decimal)
    if isinstance(body, list):
        body = body[0]
        data = dumps(body)
    if "line_items" not in body:
        return Row(file, str(body.get("id")), "no order", "a webhook about an article")
    return judged("woocommerce", file, str(body.get("number", body.get("id"))), data)


PLATFORMS = {
    "amazon": amazon, "magento2": magento, "shopify": shopify, "woocommerce": woocommerce,
}  # fmt: skip


def rows(folder: Path) -> list[Row]:
    """What became of every example."""
    return [
        row
        for name, told in PLATFORMS.items()
        if (folder / name).is_dir()
        for row in told(folder / name)
    ]


def page(found: list[Row]) -> str:
    """The table, as a page of the documentation. Rows of one file with one result are one."""
    counts = Counter(row.result for row in found)
    command = "python -m benchmarks.shop_samples FOLDER --write docs/shops/samples.md"
    text = ["# Order examples of the platforms", "", f"Made by `{command}`.", ""]
    told = ", ".join(f"{count} {result}" for result, count in sorted(counts.items()))
    text += [f"{len(found)} examples: {told}.", ""]
    text += ["| file | orders | result | reason, or what was noted |", "|---|---|---|---|"]
    grouped = Counter((row.file, row.result, row.reason) for row in found)
    for (file, result, reason), count in grouped.items():
        escaped = reason.replace("|", "\\|")
        text.append(f"| {file} | {count} | {result} | {escaped} |")
    return "\n".join(text) + "\n"


def _answer(path: Path) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    answer: dict[str, Any] = body.get("response", body)
    return answer


def _name(path: Path) -> str:
    """The file below the folder of examples."""
    parts = path.parts
    start = max(index for index, part in enumerate(parts) if part in PLATFORMS)
    return "/".join(parts[start:])


def main(arguments: list[str] | None = None) -> int:
    """Print, or write, what became of every example."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, help="file that gets the table")
    parser.add_argument("--json", action="store_true", help="print rows as JSON")
    told = parser.parse_args(arguments)
    found = rows(told.folder)
    if told.json:
        print(json.dumps([asdict(row) for row in found], indent=1, ensure_ascii=False))
    elif told.write is not None:
        told.write.write_text(page(found), "utf-8")
    else:
        print(page(found), end="")
    return 1 if any(row.result == "differs" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
