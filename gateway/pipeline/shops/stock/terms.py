"""The settings of a shop as terms of the ledger, and the accounts of its articles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.shops import Shop
from gateway.pipeline.shops.stock.ledger import Account, Figure, Taken, Terms, account
from gateway.store.shops import stock
from gateway.store.shops.stock import FigureRow, ReservedRow

Accounts = Mapping[tuple[str, str], Account | None]
"""By article and SKU."""


def takers(workspace: Workspace, *, test: bool) -> list[Shop]:
    """Shops that stock goes to: of the ERP itself, or of its test system."""
    return [
        shop
        for shop in workspace.shops.values()
        if shop.send.stock is not None and is_test(shop) is test
    ]


def is_test(shop: Shop) -> bool:
    """Whether a shop belongs to the ERP's test system."""
    return shop.mode == "test"


def terms_of(shop: Shop, sku: str) -> Terms:
    """What a shop may sell of an article."""
    rules = shop.send.stock
    assert rules is not None
    return Terms(
        locations=rules.locations,
        kind=rules.kind,
        safety=rules.safety,
        share=rules.share,
        cap=rules.cap,
        pack=pack_of(shop, sku),
        booked=rules.books_within,
    )


def pack_of(shop: Shop, sku: str) -> int:
    """How many pieces of the ERP one article of the shop takes."""
    return 1 if shop.send.stock is None else shop.send.stock.packs.get(sku, 1)


def accounts(
    connection: Connection, shop: Shop, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Account | None]:
    """How the quantities of some (article, SKU) of a shop come about now."""
    rules = shop.send.stock
    assert rules is not None
    names = {article for article, _ in wanted}
    test = is_test(shop)
    figures = stock.figures(connection, test=test, kinds=[rules.kind], articles=names)
    taken = stock.open_reserved(connection, test=test, articles=names)
    by_figure, by_taken = stock.by_article(figures), stock.by_article(taken)
    return {
        (article, sku): account(
            as_figures(by_figure.get(article, ())),
            as_taken(by_taken.get(article, ())),
            terms_of(shop, sku),
        )
        for article, sku in wanted
    }


def as_figures(rows: Iterable[FigureRow]) -> list[Figure]:
    """Rows as the ledger counts them."""
    return [Figure(row.place, row.quantity, row.as_of) for row in rows]


def as_taken(rows: Iterable[ReservedRow]) -> list[Taken]:
    """Rows as the ledger counts them."""
    return [
        Taken(row.shop, row.order_id, row.quantity, row.at, row.given, row.shipped) for row in rows
    ]
