"""Amazon's marketplaces: what they are called, where they are, and how prices are shown there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One of Amazon's shops."""

    name: str
    """``amazon.fr``: the channel of its orders."""
    country: str
    with_tax: bool
    """Whether prices are usually shown with tax."""


MARKETPLACES = {
    "A2EUQ1WTGCTBG2": Marketplace("amazon.ca", "CA", False),
    "ATVPDKIKX0DER": Marketplace("amazon.com", "US", False),
    "A1AM78C64UM0Y8": Marketplace("amazon.com.mx", "MX", True),
    "A2Q3Y263D00KWC": Marketplace("amazon.com.br", "BR", True),
    "A28R8C7NBKEWEA": Marketplace("amazon.ie", "IE", True),
    "A1RKKUPIHCS9HS": Marketplace("amazon.es", "ES", True),
    "A1F83G8C2ARO7P": Marketplace("amazon.co.uk", "GB", True),
    "A13V1IB3VIYZZH": Marketplace("amazon.fr", "FR", True),
    "AMEN7PMS3EDWL": Marketplace("amazon.com.be", "BE", True),
    "A1805IZSGTT6HS": Marketplace("amazon.nl", "NL", True),
    "A1PA6795UKMFR9": Marketplace("amazon.de", "DE", True),
    "APJ6JRA9NG5V4": Marketplace("amazon.it", "IT", True),
    "A2NODRKZP88ZB9": Marketplace("amazon.se", "SE", True),
    "AE08WJ6YKNBMC": Marketplace("amazon.co.za", "ZA", True),
    "A1C3SOZRARQ6R3": Marketplace("amazon.pl", "PL", True),
    "ARBP9OOSHTCHU": Marketplace("amazon.eg", "EG", True),
    "A33AVAJ2PDY3EV": Marketplace("amazon.com.tr", "TR", True),
    "A17E79C6D8DWNP": Marketplace("amazon.sa", "SA", True),
    "A2VIGQ35RCS4UG": Marketplace("amazon.ae", "AE", True),
    "A21TJRUUN4KGV": Marketplace("amazon.in", "IN", True),
    "A19VAU5U5O7RUS": Marketplace("amazon.sg", "SG", True),
    "A39IBJ37TRP1C6": Marketplace("amazon.com.au", "AU", True),
    "A1VC38T7YXB528": Marketplace("amazon.co.jp", "JP", True),
}


def marketplace(identifier: str, told: str | None = None) -> Marketplace:
    """A marketplace by its id; of one that is not known here, what the order tells."""
    known = MARKETPLACES.get(identifier)
    return known or Marketplace((told or identifier).lower(), "", True)
