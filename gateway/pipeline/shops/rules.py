"""The settings of a shop as plain values for :mod:`gateway.documents.shop.convert`."""

from __future__ import annotations

from gateway.config import Workspace
from gateway.config.shops import Shop
from gateway.config.shops.articles import articles
from gateway.documents.shop.rules import Rules


def rules_of(workspace: Workspace, shop: Shop) -> Rules:
    """Rules of one shop. Its list of articles is read once for a workspace."""
    known = articles(workspace, shop)
    return Rules(
        shop=shop.shop,
        number=shop.orders.number,
        items_by=shop.items.by,
        codes=None if known is None else known.by_sku,
        unit=shop.items.unit,
        unknown=shop.items.unknown,
        bundles=shop.items.bundles,
        tax_country=shop.tax.country,
        tolerance=shop.tax.rounding,
        vat_prefix=shop.tax.vat_prefix,
        customer=shop.erp.customer,
        gln=shop.erp.gln,
        supplier=shop.erp.supplier,
        shipping_item=shop.erp.shipping_item,
        shipping_codes=shop.erp.shipping_codes,
        payment_codes=shop.erp.payment_codes,
    )
