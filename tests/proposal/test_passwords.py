"""Passwords in the envelopes of samples get into no file of the proposal."""

from __future__ import annotations

import pytest

from gateway.config.proposal import House, SampleFile, Wanted, propose
from tests.proposal.conftest import Proposer, as_us, order

PASSWORD = "Zq8pass"
ISA = (
    b"ISA*00*          *01*Zq8pass   *ZZ*NORTHWIND      *ZZ*OURS           *260302*0914*U*00401*"
    b"000000001*0*P*>~GS*PO*NORTHWIND*OURS*20260302*0914*1*X*004010~ST*850*0001~"
    b"BEG*00*SA*4711**20260302~PO1*1*1*EA*2.5**UP*012345678905~CTT*1~SE*5*0001~GE*1*1~"
    b"IEA*1*000000001~"
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (PASSWORD, "X" * 7),
        (f"{PASSWORD}:BB", "XXXXXXX:BB"),
        (f"?+{PASSWORD}?:?'", "X" * 13),
        (f"{PASSWORD}:AA", f"{PASSWORD}:AA"),
    ],
)
def test_a_password_of_the_recipient_is_written_over(
    proposed: Proposer, written: str, kept: str
) -> None:
    data = order().replace(b"+4711++ORDERS'", f"+4711+{written}+ORDERS'".encode())
    assert written.encode() in data
    made = proposed(data)
    sample = made.files["samples/order/0001-sample-1/in.edi"]
    assert sample == data.replace(f"+{written}+".encode(), f"+{kept}+".encode())
    told = [one for one in made.asked if "UNB 0022" in one]
    assert bool(told) == (kept != written)
    others = b"".join(data for path, data in made.files.items() if "samples/" not in path)
    assert PASSWORD.encode() not in others


def test_a_password_of_x12_is_written_over(house: House) -> None:
    made = propose(
        [SampleFile("order.x12", ISA)], Wanted("northwind-two"), as_us(house, "x12", ("OURS", "ZZ"))
    )
    sample = made.files["samples/order/0001-order/in.x12"]
    assert sample == ISA.replace(b"Zq8pass   ", b"X" * 10)
    assert any("ISA04" in one for one in made.asked)
