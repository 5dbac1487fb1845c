"""Both configurations side by side, and which of their files differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gateway.config.difference.change import Agreed
from gateway.config.effective import agreement_keys
from gateway.config.models import Agreement, Partner
from gateway.config.snapshot import PARTNERS, SHOPS, as_kept, sources
from gateway.config.translation import Translation
from gateway.config.workspace import Workspace


@dataclass(frozen=True)
class Pair:
    """An agreement of both sides; ``None`` where a side has it not."""

    agreed: Agreed
    key: str
    """As settings name it: ``order inbound``, with its directory where that is needed."""
    old: tuple[Partner, Agreement] | None
    new: tuple[Partner, Agreement] | None


@dataclass
class Sides:
    """What runs (``old``), and what the files say (``new``)."""

    old: Workspace
    new: Workspace
    old_maps: Translation
    new_maps: Translation
    stays: frozenset[str] = field(init=False)
    """Partners and shops whose files cannot be used now: they stay as they run."""

    def __post_init__(self) -> None:
        """Say who stays."""
        partners = set(self.new.broken) & set(self.old.partners)
        self.stays = frozenset(partners | (set(self.new.broken_shops) & set(self.old.shops)))

    @cached_property
    def partners(self) -> list[str]:
        """Partners whose settings may differ, of both sides."""
        return sorted({*self.old.partners, *self.new.partners} - self.stays)

    @cached_property
    def shops(self) -> list[str]:
        """The same of shops."""
        return sorted({*self.old.shops, *self.new.shops} - self.stays)

    @cached_property
    def pairs(self) -> list[Pair]:
        """The agreements of all partners."""
        return [pair for name in self.partners for pair in self._pairs(name)]

    def pairs_of(self, partner: str) -> list[Pair]:
        """The agreements of one partner."""
        return [each for each in self.pairs if each.agreed.partner == partner]

    def _pairs(self, name: str) -> Iterator[Pair]:
        old, new = _by_key(self.old.partners.get(name)), _by_key(self.new.partners.get(name))
        for key in dict.fromkeys([*new, *old]):
            known = (new.get(key) or old[key])[1]
            agreed = Agreed(name, known.document, known.direction)
            yield Pair(agreed, key, old.get(key), new.get(key))

    @cached_property
    def changed_files(self) -> dict[str, tuple[bytes | None, bytes | None]]:
        """By the name in a snapshot: contents of the files that only one side has, or otherwise.

        Files that no snapshot holds (keys, what is no text) are left out: they cannot be compared.
        """
        old, new = sources(self.old), sources(self.new)
        found: dict[str, tuple[bytes | None, bytes | None]] = {}
        for name in dict.fromkeys([*new, *old]):
            if self._stays(name):
                continue
            first, second = old.get(name), new.get(name)
            if first is not None and first == second:
                continue
            before, after = _read(first), _read(second)
            if before != after:
                before, after = as_kept(name, before), as_kept(name, after)
            if before != after:
                found[name] = (before, after)
        return found

    def _stays(self, name: str) -> bool:
        parts = name.split("/", 2)
        return parts[0] in (PARTNERS, SHOPS) and len(parts) > 1 and parts[1] in self.stays

    def shown(self, name: str) -> str:
        """A file by its name in the workspace."""
        folder, _, rest = name.partition("/")
        settings = self.new.settings
        homes = {PARTNERS: settings.partners, SHOPS: settings.shops}
        return f"{homes[folder]}/{rest}" if folder in homes else name


def _by_key(partner: Partner | None) -> dict[str, tuple[Partner, Agreement]]:
    if partner is None:
        return {}
    keys = agreement_keys(partner.agreements)
    return {key: (partner, each) for key, each in zip(keys, partner.agreements, strict=True)}


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError:
        return None
