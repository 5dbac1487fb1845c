"""Settings of what calls us: webhooks of shops, orders that are posted."""

from __future__ import annotations

from pathlib import Path

from tests.shops.web.test_webhooks import standard
from tests.shops.web.world import (
    CLIENT,
    DIRECT,
    FILES,
    KEY,
    SECRET,
    WOO,
    ShopWorld,
    as_json,
    hook,
    posted,
    signed,
)

OTHER_CLIENT = "cl1ent-secret-of-another-app"
OTHER_KEY = "k3y-of-the-other-shop-2026"
APP = """\
schema: 1
shop: {name}
name: Cups (example)
kind: shopify
shopify:
  url: https://{name}.myshopify.com
  client_id: app-1
  client_secret: "${{file:{secret}}}"
webhooks: {{}}
"""
SHORT, LONG = 0, 2000
"""Bytes that fill a body."""


def woo(name: str, more: str = "", secret: str = "hook.new") -> tuple[str, str]:
    text = WOO.partition("webhooks:")[0].replace("acme-shop", name).replace("127.0.0.1:9", name)
    return f"shops/{name}/shop.yaml", f'{text}webhooks: {{secrets: ["${{file:{secret}}}"]{more}}}\n'


def direct(name: str, more: str = "") -> tuple[str, str]:
    text = DIRECT.replace("direct", name).replace("    keys", "  keys")
    return f"shops/{name}/shop.yaml", f"{text}{more}"


def big(name: str, secret: str) -> tuple[str, str]:
    text = f"""\
schema: 1
shop: {name}
name: Mugs (example)
kind: bigcommerce
bigcommerce:
  store_hash: {name}
  token: "${{file:client}}"
  client_secret: "${{file:{secret}}}"
webhooks: {{}}
"""
    return f"shops/{name}/shop.yaml", text


def opened(root: Path) -> ShopWorld:
    """A gateway with pairs of shops that are alike but for one setting."""
    pairs = [
        woo("one"), woo("old", secret="hook.old"), woo("short", ", max_size: 1kB"),
        woo("slow", ", rate: 1"), big("mugs", "client"), big("jugs", "other.client"),
        direct("brief", "  max_size: 1kB\n"), direct("lazy", "  rate: 1\n"), direct("usual"),
    ]  # fmt: skip
    apps = {
        f"shops/{name}/shop.yaml": APP.format(name=name, secret=secret)
        for name, secret in (("cups", "client"), ("jars", "other.client"))
    }
    keys = {"brief.key": f"{KEY}-b", "lazy.key": f"{KEY}-l", "usual.key": OTHER_KEY}
    secrets = {"client": CLIENT, "other.client": OTHER_CLIENT}
    return ShopWorld(root, files=FILES | dict(pairs) | apps | keys | secrets)


def called(world: ShopWorld, shop: str, *, secret: str = SECRET, fill: int = SHORT) -> int:
    """The answer to a webhook of WooCommerce."""
    body, _ = hook()
    body = body[:-1] + b" " * fill + body[-1:]
    headers = {"X-WC-Webhook-Topic": "order.updated",
               "X-WC-Webhook-Signature": signed(body, secret)}  # fmt: skip
    return world.call(body, headers, path=f"/shops/{shop}/webhook").status


def called_by_app(world: ShopWorld, shop: str) -> int:
    """The answer to a webhook of Shopify that is signed with the secret of the one app."""
    body = b'{"id": 5550001}'
    headers = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Webhook-Id": "w-1",
               "X-Shopify-Hmac-SHA256": signed(body, CLIENT)}  # fmt: skip
    return world.call(body, headers, path=f"/shops/{shop}/webhook").status


def tells(world: ShopWorld, shop: str) -> int:
    """The same of BigCommerce."""
    body = b'{"scope": "store/order/updated", "data": {"type": "order", "id": 250}}'
    return world.call(body, standard(world, body), path=f"/shops/{shop}/webhook").status


def posts(world: ShopWorld, key: str, number: int = 1, *, fill: int = SHORT) -> int:
    """The answer to an order that is posted with a key."""
    data = as_json(posted(f"{number}", note="x" * fill))
    length = {"Content-Length": str(len(data))}
    return world.ask("/api/orders", data=data, key=key, headers=length).status
