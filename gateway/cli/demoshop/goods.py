"""What the demo's shops sell. Prices are with VAT, as buyers see them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate:
    """A VAT rate of the shop."""

    id: int
    percent: Decimal
    label: str
    code: str


STANDARD = Rate(1, Decimal("20"), "TVA 20 %", "FR-TVA 20-1")
REDUCED = Rate(3, Decimal("5.5"), "TVA 5,5 %", "FR-TVA 5,5-1")


@dataclass(slots=True)
class Product:
    """An article of a shop; ``article``: what the ERP calls it. ``stock`` changes."""

    id: int
    sku: str
    article: str
    name: str
    price: Decimal
    rate: Rate
    stock: int = 0


def assortment() -> list[Product]:
    """Articles of a shop that opens: nothing is in stock until the ERP says so."""
    return [
        Product(21, "TEE-RED-M", "100201", "T-shirt, red, M", Decimal("19.99"), STANDARD),
        Product(22, "BOOK-TEA", "100310", "The book of tea", Decimal("12.90"), REDUCED),
        Product(23, "MUG-BLUE", "100405", "Mug, blue", Decimal("8.50"), STANDARD),
    ]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount without VAT, and the VAT."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.tax

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.net + other.net, self.tax + other.tax)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.net - other.net, self.tax - other.tax)

    def __neg__(self) -> Amount:
        return Amount(-self.net, -self.tax)


NOTHING = Amount(Decimal("0.00"), Decimal("0.00"))


def taxed(gross: Decimal, rate: Rate) -> Amount:
    """A price with VAT taken apart, rounded by line, as WooCommerce does unless told otherwise."""
    tax = cents(gross - gross * 100 / (100 + rate.percent))
    return Amount(gross - tax, tax)


def cents(value: Decimal) -> Decimal:
    """Half a cent is one."""
    return value.quantize(CENT, ROUND_HALF_UP)
