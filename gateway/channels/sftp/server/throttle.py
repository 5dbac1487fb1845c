"""Who has failed too often has to wait: addresses and users, counted apart. Pure; bounded memory.

An address waits with everything. A user waits with passwords only, and not at addresses where he
logged in lately: a stranger who guesses locks out neither a key nor the partner himself.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

MOST = 10_000
"""Addresses, users and pairs of both that are remembered; the oldest are forgotten first."""
FAMILIAR = 30 * 24 * 3600.0
"""Seconds that an address stays familiar after a login."""
_SITE = 64
"""Bits of an IPv6 address that one site has."""


@dataclass(slots=True)
class _Count:
    failures: int
    until: float
    """When it is forgotten, or the wait is over."""


class Failures:
    """Failed logins by a key: an address, or a user."""

    def __init__(self, allowed: int, wait: float, most: int = MOST) -> None:
        self._allowed = allowed
        self._wait = wait
        self._most = most
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def locked(self, key: str, now: float) -> bool:
        """Whether it has to wait."""
        found = self._counts.get(key)
        if found is None:
            return False
        if found.until <= now:
            del self._counts[key]
            return False
        return found.failures >= self._allowed

    def failed(self, key: str, now: float) -> bool:
        """One more; whether it has to wait from now on. ``now``: seconds of a steady clock."""
        if self.locked(key, now):
            return False
        found = self._counts.pop(key, None)
        failures = 1 if found is None else found.failures + 1
        self._counts[key] = _Count(failures, now + self._wait)
        while len(self._counts) > self._most:
            self._counts.popitem(last=False)
        return failures >= self._allowed

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._counts)


class Throttle:
    """Both, and where users are known."""

    def __init__(self, allowed: int, wait: float, most: int = MOST) -> None:
        self._addresses = Failures(allowed, wait, most)
        self._users = Failures(allowed, wait, most)
        self._familiar: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._most = most

    def shut_out(self, address: str, now: float) -> bool:
        """Whether nobody from there is listened to."""
        return self._addresses.locked(site(address), now)

    def may_guess(self, user: str, address: str, now: float) -> bool:
        """Whether a password of this user is looked at."""
        if not self._users.locked(user, now):
            return True
        return self._familiar.get((user, site(address)), -FAMILIAR) + FAMILIAR > now

    def failed(self, user: str, address: str, now: float) -> bool:
        """A login failed; whether the address is shut out by that."""
        self._users.failed(user, now)
        return self._addresses.failed(site(address), now)

    def succeeded(self, user: str, address: str, now: float) -> None:
        """A login worked: the address is familiar."""
        key = (user, site(address))
        self._familiar.pop(key, None)
        self._familiar[key] = now
        while len(self._familiar) > self._most:
            self._familiar.popitem(last=False)


def site(address: str) -> str:
    """Addresses that are counted as one: of IPv6, those of a /64."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> _SITE << _SITE)}/{_SITE}"
    return str(found)
