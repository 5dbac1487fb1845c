"""A file is taken when it is written to its end."""

from __future__ import annotations

import pytest

from gateway.channels.folder.ready import ends_well

ISA = b"ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
ISA += b"*260302*0914*U*00401*000000001*0*P*>~"


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        (b"UNB+UNOC:3+A+B+260302:0914+1'UNH+1+X'UNT+2+1'UNZ+1+1'", True),
        (b"UNB+UNOC:3+A+B+260302:0914+1'\r\nUNZ+0+1'\r\n", True),
        (b"\xef\xbb\xbfUNA:+.? ~UNB+UNOC:3+A+B+260302:0914+1~UNZ+0+1~\x1a", True),
        (b"UNB+UNOC:3+A+B+260302:0914+1'UNH+1+X'", False),
        (b"UNB+UNOC:3+A+B+260302:0914+1'UNZ+0+1", False),
        (b"UNB+UN", False),
        (ISA + b"IEA*0*000000001~", True),
        (ISA + b"IEA*0*000000001", False),
        (ISA.replace(b"~", b"\n") + b"IEA*0*000000001\n", True),
        (ISA[:40], False),
        (b'{"a": 1}\n', True),
        (b'{"a": 1', False),
        (b"[{}]", True),
        (b"<a></a>", True),
        (b"<a><b", False),
        (b"H;1\nL;1\n", True),
        (b"H;1\nL;", False),
        (b"", True),
        (b" \n", True),
    ],
)
def test_complete_or_not(text: bytes, complete: bool) -> None:
    assert ends_well(text[:4096], text[-4096:]) is complete
