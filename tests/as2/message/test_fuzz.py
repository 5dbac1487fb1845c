"""Any bytes in place of a message: nothing is raised, nothing is made of it that was not signed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.channels.as2.link import Policy
from gateway.channels.as2.mime import Headers
from gateway.channels.as2.refusal import RefusedError
from tests.as2.message.exchange import content, link_of_acme, opened

CASES = sorted((Path(__file__).parent / "cases").glob("*.msg"))
KNOWN = [path.read_bytes() for path in CASES]
SIGNED = link_of_acme(Policy(encrypted="allowed", sha1=True, triple_des=True))
pieces = st.binary(max_size=8) | st.sampled_from(
    [b"\r\n", b"--=_edi_7", b"--=_edi_7--\r\n", b"\r\n\r\n", b"\x30\x80", b"\0\0", b"Content-Type:"]
)
places = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), pieces)
fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _broken(message: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, gone, piece in changes:
        at = int(where * len(message))
        message = message[:at] + piece + message[at + gone :]
    return message


def _holds(whole: bytes) -> None:
    head, _, body = whole.partition(b"\r\n\r\n")
    try:
        headers = Headers.parse(head)
    except RefusedError:
        return
    message = opened((headers.items, body), SIGNED)
    assert message.refused == (not message.payloads)
    for each in message.payloads:
        assert each.content.size == len(content(each))


@settings(fuzz, max_examples=60, derandomize=True)
@given(st.sampled_from(KNOWN), st.lists(places, min_size=1, max_size=4))
def test_a_broken_message(message: bytes, changes: Any) -> None:
    _holds(_broken(message, changes))


@pytest.mark.soak
@settings(fuzz, max_examples=int(os.environ.get("LAW_EXAMPLES", "20000")))
@given(st.sampled_from(KNOWN), st.lists(places, min_size=1, max_size=4))
def test_a_broken_message_for_long(message: bytes, changes: Any) -> None:
    _holds(_broken(message, changes))
