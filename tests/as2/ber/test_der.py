"""What came in BER is written as the DER that was signed."""

from __future__ import annotations

import pytest

from gateway.channels.as2.ber.der import canonical
from gateway.channels.as2.refusal import RefusedError


@pytest.mark.parametrize(
    ("ber", "der"),
    [
        ("3080 0500 0000", "3002 0500"),
        ("3081 02 0500", "3002 0500"),
        ("2480 040161 040162 0000", "0402 6162"),
        ("2C80 0401C3 0401A9 0000", "0C02 C3A9"),
        ("3106 020102 020101", "3106 020101 020102"),
        ("A080 3106 020102 020101 0000", "A008 3106 020101 020102"),
        ("A006 020102 020101", "A006 020102 020101"),
    ],
)
def test_canonical(ber: str, der: str) -> None:
    assert canonical(bytes.fromhex(ber)) == bytes.fromhex(der)


def test_the_order_that_was_sent_can_be_kept() -> None:
    sent = bytes.fromhex("3180 020102 020101 0000")
    assert canonical(sent, order=False) == bytes.fromhex("3106 020102 020101")


@pytest.mark.parametrize("data", ["", "30", "0500 00 01", "3005 0500"])
def test_what_is_no_element_is_refused(data: str) -> None:
    with pytest.raises(RefusedError):
        canonical(bytes.fromhex(data))
