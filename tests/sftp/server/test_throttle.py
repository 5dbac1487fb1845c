"""Guessing is made slow for the guesser, and for nobody else."""

from __future__ import annotations

import pytest

from gateway.channels.sftp.server.rooms import A_MINUTE, Guests, Lobby
from gateway.channels.sftp.server.throttle import FAMILIAR, Throttle, site


def test_an_address_waits_after_too_many_failures_and_then_not_any_more() -> None:
    throttle = Throttle(allowed=3, wait=60)
    assert [throttle.failed("acme", "192.0.2.1", now) for now in (0, 1, 2)] == [False, False, True]
    assert throttle.shut_out("192.0.2.1", 3)
    assert not throttle.shut_out("192.0.2.2", 3)
    assert not throttle.shut_out("192.0.2.1", 62)


def test_failures_with_pauses_between_them_are_forgotten() -> None:
    throttle = Throttle(allowed=2, wait=60)
    throttle.failed("acme", "192.0.2.1", 0)
    throttle.failed("acme", "192.0.2.1", 61)
    assert not throttle.shut_out("192.0.2.1", 62)


def test_a_user_guessed_from_many_addresses_waits_but_not_where_he_is_known() -> None:
    throttle = Throttle(allowed=3, wait=60)
    throttle.succeeded("acme", "203.0.113.9", 0)
    for number in range(3):
        throttle.failed("acme", f"192.0.2.{number}", 1)
    assert not throttle.may_guess("acme", "192.0.2.77", 2)
    assert throttle.may_guess("acme", "203.0.113.9", 2)
    assert throttle.may_guess("northwind", "192.0.2.77", 2)
    for number in range(3):
        throttle.failed("acme", f"198.51.100.{number}", FAMILIAR)
    assert not throttle.may_guess("acme", "203.0.113.9", FAMILIAR + 1)


def test_what_is_remembered_is_bounded() -> None:
    throttle = Throttle(allowed=3, wait=60, most=100)
    for number in range(1000):
        throttle.failed(f"user{number}", f"10.0.{number // 256}.{number % 256}", 0)
        throttle.succeeded(f"user{number}", f"10.0.{number // 256}.{number % 256}", 0)
    assert len(throttle._addresses) == len(throttle._users) == len(throttle._familiar) == 100


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_site_is_one_address(address: str, counted_as: str) -> None:
    assert site(address) == counted_as


def test_half_of_the_room_is_for_those_who_have_logged_in() -> None:
    lobby = Lobby(most=4, per_address=3)
    assert lobby.come("a", "192.0.2.1", 0.0)
    assert lobby.come("b", "192.0.2.2", 0.0)
    assert not lobby.come("c", "192.0.2.3", 0.0)
    lobby.known("a")
    lobby.known("b")
    assert lobby.come("c", "192.0.2.3", 0.0)
    lobby.known("c")
    assert lobby.come("d", "192.0.2.4", 0.0)
    lobby.known("d")
    assert not lobby.come("e", "192.0.2.5", 0.0)
    lobby.go("a", "192.0.2.1")
    assert lobby.come("e", "192.0.2.5", 0.0)


def test_an_address_has_so_many_connections() -> None:
    lobby = Lobby(most=100, per_address=2)
    assert [lobby.come(one, "192.0.2.1", 0.0) for one in "abc"] == [True, True, False]
    lobby.go("a", "192.0.2.1")
    assert lobby.come("c", "192.0.2.1", 0.0)


def test_an_address_may_not_connect_without_end() -> None:
    lobby = Lobby(most=10, per_address=5)
    came = 0
    for number in range(A_MINUTE + 50):
        if lobby.come(number, "192.0.2.1", 1.0):
            came += 1
            lobby.go(number, "192.0.2.1")
    assert came == A_MINUTE
    assert lobby.come("later", "192.0.2.1", 1.2)
    assert lobby.come("another", "192.0.2.2", 1.0)


def test_whoever_is_too_fast_is_answered_later() -> None:
    guests = Guests()
    pace = guests.pace("acme", 60, now=0.0)
    assert pace.pause(60, 0.0) == 0.0
    assert pace.pause(1, 0.0) == pytest.approx(1.0)
    assert guests.pace("acme", 60, now=0.0) is pace
    assert pace.pause(1, 10.0) == 0.0


def test_a_mailbox_has_so_many_sessions() -> None:
    guests = Guests()
    assert [guests.come("acme", 2) for _ in range(3)] == [True, True, False]
    assert guests.come("northwind", 2)
    guests.go("acme")
    assert guests.come("acme", 2)
