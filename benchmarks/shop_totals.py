"""Sums of shop orders: in how many orders of each tax configuration each identity does not hold.

``FILE`` holds a JSON object a line, ``{"cfg": [prices_include_tax, round_at_subtotal], "o": …}``
with orders as WooCommerce's REST API v3 gives them; it may be packed with xz.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

CENT = Decimal("0.01")
Order = Mapping[str, Any]
Config = tuple[str, str]
"""Whether prices include tax, and whether tax is rounded at the subtotal: ``yes`` or ``no``."""


def entries(order: Order) -> list[dict[str, Any]]:
    """Lines, shipping and fees."""
    return [*order["line_items"], *order["shipping_lines"], *order["fee_lines"]]


def total(order: Order) -> Decimal:
    """Lines, shipping and fees, without tax and tax, are the total."""
    parts = (Decimal(one["total"]) + Decimal(one["total_tax"]) for one in entries(order))
    return sum(parts, Decimal(0)) - Decimal(order["total"])


def line_taxes(order: Order) -> Decimal:
    """The taxes of lines, shipping and fees are the tax."""
    parts = (Decimal(one["total_tax"]) for one in entries(order))
    return sum(parts, Decimal(0)) - Decimal(order["total_tax"])


def tax_lines(order: Order) -> Decimal:
    """The taxes of all rates are the tax."""
    parts = (
        Decimal(one["tax_total"]) + Decimal(one["shipping_tax_total"])
        for one in order["tax_lines"]
    )  # fmt: skip
    return sum(parts, Decimal(0)) - Decimal(order["total_tax"])


def unit_prices(order: Order) -> Decimal:
    """The unit price, as it is shown, times the quantity is the line."""
    return _largest(
        rounded(Decimal(line["price"])) * line["quantity"] - Decimal(line["total"])
        for line in order["line_items"]
    )


def parts_of_line_taxes(order: Order) -> Decimal:
    """The taxes that a line names are its tax."""
    return _largest(
        sum((Decimal(tax["total"] or 0) for tax in line["taxes"]), Decimal(0))
        - Decimal(line["total_tax"])
        for line in order["line_items"]
    )


def rates(order: Order) -> Decimal:
    """The tax of each rate is its base times the rate (EN 16931 BT-117)."""
    bases: defaultdict[int, Decimal] = defaultdict(Decimal)
    for one in entries(order):
        for tax in one["taxes"]:
            if tax["total"]:
                bases[tax["id"]] += Decimal(one["total"])
    return _largest(
        rounded(bases[rate["rate_id"]] * Decimal(rate["rate_percent"]) / 100)
        - Decimal(rate["tax_total"]) - Decimal(rate["shipping_tax_total"])
        for rate in order["tax_lines"]
    )  # fmt: skip


IDENTITIES: Mapping[str, Callable[[Order], Decimal]] = {
    "lines + shipping + fees = total": total,
    "taxes of lines = total tax": line_taxes,
    "taxes of rates = total tax": tax_lines,
    "round(price, 2) x quantity = line": unit_prices,
    "taxes named by a line = its tax": parts_of_line_taxes,
    "tax of a rate = round(base x rate)": rates,
}


def rounded(amount: Decimal) -> Decimal:
    """To the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _largest(differences: Iterator[Decimal]) -> Decimal:
    return max(differences, key=abs, default=Decimal(0))


@dataclass
class Tally:
    """Orders of one configuration."""

    orders: int = 0
    broken: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    worst: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, order: Order) -> None:
        """One more."""
        self.orders += 1
        for name, difference in IDENTITIES.items():
            off = abs(difference(order))
            self.broken[name] += off != 0
            self.worst[name] = max(self.worst[name], off)

    def share(self, name: str) -> int:
        """Orders of a hundred in which an identity does not hold."""
        return round(100 * self.broken[name] / self.orders)


def lines(file: Path) -> Iterator[bytes]:
    """The lines of a file."""
    data = file.read_bytes()
    yield from (lzma.decompress(data) if file.suffix == ".xz" else data).splitlines()


def tallies(file: Path) -> dict[Config, Tally]:
    """What does not hold, by configuration."""
    found: defaultdict[Config, Tally] = defaultdict(Tally)
    for line in lines(file):
        entry = json.loads(line, parse_float=Decimal)
        with_tax, at_subtotal = entry["cfg"]
        found[with_tax, at_subtotal].add(entry["o"])
    return dict(sorted(found.items(), reverse=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    found = tallies(parser.parse_args().file)
    heads = [f"incl {a}, subtotal {b} ({tally.orders})" for (a, b), tally in found.items()]
    print(f"{'orders of 100 (largest difference)':36}", *(f"{head:>26}" for head in heads))
    for name in IDENTITIES:
        cells = (f"{one.share(name)} ({one.worst[name]})" for one in found.values())
        print(f"{name:36}", *(f"{cell:>26}" for cell in cells))


if __name__ == "__main__":
    main()
