"""The demo's settings: two shops, no partner, an ERP that reads and writes CSV files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from gateway.cli.demoshop.goods import assortment

WEB_SHOP, CORNER_SHOP = "web-shop", "corner-shop"
TRACKING = "https://parcels.example.com/{tracking}"
INVOICES = "https://invoices.example.com/{number}?order={order}"
_GATEWAY = """\
# A gateway for two web shops. `gateway check` knows every setting.
schema: 1
http: {listen: "127.0.0.1:<port>"}        # health, metrics, and webhooks of shops
poll: 1s
erp:
  receive: {folder: var/erp/in, stable_for: 0s}
  send: {folder: var/erp/out, name: "{document}_{partner}_{number}.{ext}"}
  formats: {order: csv, refund: csv, inventory: csv, despatch: csv, invoice: csv}
"""
_OWN = """\
schema: 1
name: Our Company
identities: {gln: 4098765000003}
"""
_SHOP = """\
schema: 1
shop: <shop>
name: <name>
kind: woocommerce
woocommerce:
  url: <url>
  key: ${file:secrets/<shop>.key}
  secret: ${file:secrets/<shop>.secret}
poll: {every: 1h, since: <since>}     # usual are 5m: the demo asks when the story says so
orders: {number: "<letter>-{number}"}            # the order's number in the ERP
items: {by: sku, codes: codes/articles.csv}
erp:
  customer: "<customer>"                    # whom the ERP books the orders on
  shipping_codes: {"*": STANDARD}
send:
  stock: {safety: 2, wait: 0s}
  shipments: {carriers: {"*": DHL}, tracking: "<tracking>"}
  invoices: {by: link, link: "<invoices>"}
"""
_HOOKS = """\
webhooks:
  secrets: ["${file:secrets/<shop>.hook}"]
  address: http://127.0.0.1:<port>
  manage: true                            # what is missing is made in the shop
"""


def write(root: Path, port: int, shops: dict[str, tuple[str, dict[str, str]]]) -> None:
    """All files. ``shops``: by name the address, and the secrets by the end of their file."""
    files = {"gateway.yaml": _GATEWAY, "partners/_own.yaml": _OWN}
    articles = "".join(f"{each.sku},{each.article}\n" for each in assortment())
    for number, (name, (url, secrets)) in enumerate(shops.items(), start=1):
        files[f"shops/{name}/shop.yaml"] = _shop(name, number, url, called="hook" in secrets)
        files[f"shops/{name}/codes/articles.csv"] = f"sku,article\n{articles}"
        files |= {f"secrets/{name}.{end}": text for end, text in secrets.items()}
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("<port>", str(port)), "utf-8")
        if path.startswith("secrets/"):
            target.chmod(0o600)


def _shop(name: str, number: int, url: str, *, called: bool) -> str:
    text = _SHOP + (_HOOKS if called else "")
    words = {
        "shop": name,
        "name": name.replace("-", " ").capitalize(),
        "url": url,
        "letter": name[0].upper(),
        "customer": f"000100900{number}",
        "since": f"{datetime.now(UTC):%Y-%m-%d}",
        "tracking": TRACKING,
        "invoices": INVOICES,
    }
    for word, value in words.items():
        text = text.replace(f"<{word}>", value)
    return text
