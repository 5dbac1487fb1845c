"""Passwords of partners: Argon2id hashes, made and compared.

Comparing is meant to be costly, so it is done by few threads, for few callers at a time: whoever
guesses from many connections waits, or is turned away, and costs us no more than one who does not.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from asyncssh.saslprep import SASLPrepError, saslprep

KIB = 19_456
ROUNDS = 2
"""With one lane: the smaller setting that OWASP recommends; 15 ms and 19 MB for each login. A
partner who looks in every minute pays it every minute, and a password of ours is not a word."""
LONGEST = 1024
"""Signs of a password."""
MOST_KIB, MOST_ROUNDS, MOST_LANES = 256 * 1024, 16, 16
"""Of a hash that somebody else made."""
THREADS = 2
MOST_WAITING = 32
OF_ONE_ADDRESS = 2

_HASHER = PasswordHasher(time_cost=ROUNDS, memory_cost=KIB, parallelism=1)
_NOBODY = _HASHER.hash("nobody has this password")


class BusyError(Exception):
    """Too many passwords wait to be compared."""


def hash_of(password: str) -> str:
    """The Argon2id hash of a password, as settings refer to it. Raises ``ValueError``."""
    return _HASHER.hash(saslprep(password))


def unfit(hash_: str) -> str | None:
    """Why a text is no hash that can be compared; ``None`` when it is one."""
    try:
        costs = extract_parameters(hash_)
    except (InvalidHashError, ValueError, UnicodeError):
        return "it is no Argon2 hash"
    if costs.type is not Type.ID:
        return "it is not Argon2id"
    if (
        costs.memory_cost > MOST_KIB
        or costs.time_cost > MOST_ROUNDS
        or costs.parallelism > MOST_LANES
    ):
        return f"comparing it costs more than {MOST_KIB // 1024} MB or {MOST_ROUNDS} rounds"
    return None


def matches(hashes: Sequence[str], password: str) -> bool:
    """Whether a password belongs to one of them; without one, it takes as long and is ``False``."""
    try:  # RFC 4252 §8: what is typed on different keyboards is to be the same
        prepared = saslprep(password[: LONGEST + 1])
    except SASLPrepError:
        prepared = ""
    if not 0 < len(prepared) <= LONGEST:
        prepared, hashes = "", ()
    found = [_same(each, prepared) for each in hashes or (_NOBODY,)]
    return bool(hashes) and any(found)


def _same(hash_: str, password: str) -> bool:
    try:
        return _HASHER.verify(hash_, password)
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


class Comparer:
    """Compares in threads of its own, as many at a time as is bearable."""

    def __init__(self, threads: int = THREADS, most: int = MOST_WAITING) -> None:
        self._pool = ThreadPoolExecutor(threads, "sftp password")
        self._most = most
        self._waiting: Counter[str] = Counter()

    async def matches(self, address: str, hashes: Sequence[str], password: str) -> bool:
        """Whether a password is right. Raises :class:`BusyError`."""
        waiting = self._waiting
        if waiting.total() >= self._most or waiting[address] >= OF_ONE_ADDRESS:
            raise BusyError("too many logins with a password at the moment")
        waiting[address] += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, matches, hashes, password)
        finally:
            waiting[address] -= 1
            if not waiting[address]:
                del waiting[address]

    def close(self) -> None:
        """No more of it."""
        self._pool.shutdown(wait=False, cancel_futures=True)
