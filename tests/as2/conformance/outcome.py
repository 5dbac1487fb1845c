"""What came of the exchanges, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.as2.conformance.combination import DIMENSIONS, Combination

Exchange = Callable[[Combination], str]
"""Empty when the exchange was as it should be, else what was not."""
Unsupported = Callable[[Combination], str]
"""Empty when the peer can do that, else the name of what it cannot."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One exchange."""

    way: str
    """``ours → OpenSSL``."""
    combination: Combination
    failure: str = ""
    unsupported: str = ""
    """What the peer does not do, so that nothing was tried."""


def tried(
    way: str,
    cases: Iterable[Combination],
    exchange: Exchange,
    unsupported: Unsupported = lambda _each: "",
) -> Iterator[Outcome]:
    """Do them one after the other; nothing that is raised is lost."""
    for each in cases:
        lacking = unsupported(each)
        if lacking:
            yield Outcome(way, each, unsupported=lacking)
            continue
        try:
            yield Outcome(way, each, exchange(each))
        except Exception as error:
            yield Outcome(way, each, f"{type(error).__name__}: {error}"[:300])


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one way, or of one value of a dimension."""

    tried: int = 0
    passed: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Tally:
        """Those that were tried at all."""
        done = [each for each in outcomes if not each.unsupported]
        return cls(len(done), sum(not each.failure for each in done))


def by_dimension(outcomes: list[Outcome]) -> Iterator[tuple[str, str, Tally]]:
    """Dimension, value, what came of it."""
    for name, values in DIMENSIONS.items():
        for value in values:
            yield (
                name,
                value,
                Tally.of(each for each in outcomes if getattr(each.combination, name) == value),
            )


def lacking(outcomes: Iterable[Outcome]) -> Counter[str]:
    """What a peer does not do, and how many combinations that leaves out."""
    return Counter(each.unsupported for each in outcomes if each.unsupported)
