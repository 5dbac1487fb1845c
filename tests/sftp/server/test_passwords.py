"""Passwords are compared with Argon2 hashes, few at a time."""

from __future__ import annotations

import asyncio

import pytest

from gateway.channels.sftp.server import passwords
from gateway.channels.sftp.server.passwords import BusyError, Comparer, hash_of, matches, unfit
from tests.sftp.server.house import HASH, PASSWORD


def test_a_hash_we_make_knows_its_password_and_no_other() -> None:
    made = hash_of("a long enough one")
    assert unfit(made) is None
    assert matches((HASH, made), "a long enough one")
    assert not matches((made,), "a long enough One")


@pytest.mark.parametrize("word", [PASSWORD, "", "x" * 5000, "\u0378", "nobody has this password"])
def test_nobody_has_no_password(word: str) -> None:
    assert not matches((), word)


def test_signs_typed_in_two_ways_are_one_password() -> None:
    assert matches((hash_of("Zürich"),), "Zu\u0308rich")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is no Argon2 hash"),
        ("correct horse", "it is no Argon2 hash"),
        ("$2b$12$abcdefghijklmnopqrstuv", "it is no Argon2 hash"),
        (HASH.replace("argon2id", "argon2i"), "it is not Argon2id"),
        (HASH.replace("m=8,", "m=4194304,"), "comparing it costs more than 256 MB or 16 rounds"),
        (HASH.replace("t=1,", "t=1000,"), "comparing it costs more than 256 MB or 16 rounds"),
    ],
)
def test_what_is_no_usable_hash_is_said(text: str, reason: str) -> None:
    assert unfit(text) == reason


def test_a_storm_of_guesses_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def storm() -> list[object]:
        gate = asyncio.Event()
        loop = asyncio.get_running_loop()

        async def later(*_: object) -> bool:
            await gate.wait()
            return False

        monkeypatch.setattr(loop, "run_in_executor", later)
        comparer = Comparer(most=5)
        asked = [
            loop.create_task(comparer.matches(f"192.0.2.{number % 9}", (HASH,), "guess"))
            for number in range(20)
        ]
        await asyncio.sleep(0)
        gate.set()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        comparer.close()
        return list(answers)

    answers = asyncio.run(storm())
    assert answers.count(False) == 5
    assert sum(isinstance(each, BusyError) for each in answers) == 15


def test_one_address_cannot_fill_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    async def storm() -> int:
        comparer = Comparer()
        asked = [comparer.matches("192.0.2.1", (HASH,), "guess") for _ in range(10)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        comparer.close()
        return sum(isinstance(each, BusyError) for each in answers)

    assert asyncio.run(storm()) == 10 - passwords.OF_ONE_ADDRESS
