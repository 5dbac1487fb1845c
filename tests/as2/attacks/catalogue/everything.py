"""All attacks of the catalogue.

Tests want the answer that stands beside each; ``benchmarks/as2_attacks.py`` measures what each
costs, with limits as they are by default: ``scale`` makes the large ones larger.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.as2.attacks.catalogue import (
    decompression,
    downgrade,
    signature_scope,
    slow_or_large,
    smuggling,
    structure_exhaustion,
)
from tests.as2.attacks.target import Attack

DEFAULT = 64
"""Times the limits of the tests are those of a channel where none are set."""


def attacks(scale: int = DEFAULT) -> Iterator[Attack]:
    """Class by class."""
    yield from signature_scope.attacks()
    yield from downgrade.attacks()
    yield from decompression.attacks(scale // 2)
    yield from slow_or_large.attacks(scale)
    yield from smuggling.attacks()
    yield from structure_exhaustion.attacks(scale // 16)
