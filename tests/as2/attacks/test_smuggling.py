"""Requests that can be read in two ways are sent back, and the connection is closed."""

from __future__ import annotations

import logging

import pytest

from tests.as2.attacks.catalogue import smuggling
from tests.as2.attacks.catalogue.answers import CHUNKED
from tests.as2.attacks.target import Attack, Target, request
from tests.as2.interop.wire import closed, connect, head, reply
from tests.as2.receive.world import message

ATTACKS = list(smuggling.attacks())


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_it_is_refused(target: Target, attack: Attack) -> None:
    target.refuses(attack)


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.answer == "400"], ids=str)
def test_what_follows_is_never_read(target: Target, attack: Attack) -> None:
    """A second request behind it would be somebody else's."""
    posted = message()
    before = len(target.world.received())
    with connect(target.where) as sock:
        sock.sendall(b"".join(attack.wire()))
        assert reply(sock).status == 400
        try:
            sock.sendall(head(posted.headers, length=len(posted.body)) + posted.body)
        except ConnectionError:
            return
        assert closed(sock)
    assert len(target.world.received()) == before


def test_a_refusal_does_not_fill_the_log(target: Target, caplog: pytest.LogCaptureFixture) -> None:
    """However the rest of the request looks: one line, and no traceback."""
    told = request(b"", CHUNKED, length=5)
    with target.unharmed(), connect(target.where) as sock:
        sock.sendall(told + b"GET / HTTP/1.1\r\n\r\n")
        assert reply(sock).status == 400
        assert closed(sock)
    assert not [each for each in caplog.records if each.exc_info or each.levelno >= logging.ERROR]
