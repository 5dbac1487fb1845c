"""How platforms answer, as far as orders are read and shipments told: one module each."""

from __future__ import annotations

from tests.shops.faults.server import Style
from tests.shops.faults.styles.amazon import Amazon
from tests.shops.faults.styles.bigcommerce import BigCommerce
from tests.shops.faults.styles.magento import Magento
from tests.shops.faults.styles.mirakl import Mirakl
from tests.shops.faults.styles.octopia import Octopia
from tests.shops.faults.styles.prestashop import PrestaShop
from tests.shops.faults.styles.shopify import Shopify
from tests.shops.faults.styles.woocommerce import WooCommerce

STYLES: dict[str, type[Style]] = {
    each.kind: each
    for each in (
        WooCommerce, Shopify, PrestaShop, Magento, BigCommerce, Amazon, Octopia, Mirakl
    )
}  # fmt: skip
"""By kind of shop."""
