"""The acknowledgements that the demo's partners send back for what they got from us.

They are written by hand here, not with our own code for acknowledgements: what we read then comes
from somebody else, as it does in life.
"""

from __future__ import annotations

from gateway.syntax import read_bytes
from gateway.syntax.normal import ELEMENT


def contrl(sent: bytes) -> bytes:
    """CONTRL of an EDIFACT interchange: it and all its messages accepted (0083 is 7)."""
    unb = _segment(sent, "UNB")
    ours, theirs = (side.replace("\x1f", ":") for side in unb[2:4])
    lines = [
        f"UNB+UNOC:3+{theirs}+{ours}+260603:0800+9001'",
        "UNH+1+CONTRL:D:3:UN'",
        f"UCI+{unb[5]}+{ours}+{theirs}+7'",
        "UNT+3+1'",
        "UNZ+1+9001'",
    ]
    return "".join(lines).encode("latin-1")


def functional_997(sent: bytes) -> bytes:
    """997 of the group in an X12 interchange: accepted (AK901 is A)."""
    isa, group = _segment(sent, "ISA"), _segment(sent, "GS")
    lines = [
        f"ISA*00*          *00*          *{isa[7]}*{isa[8]}*{isa[5]}*{isa[6]}"
        "*260603*0800*U*00401*000000091*0*P*>~",
        f"GS*FA*{group[3]}*{group[2]}*20260603*0800*91*X*004010~",
        "ST*997*0001~",
        f"AK1*{group[1]}*{group[6]}~",
        "AK9*A*1*1*1~",
        "SE*4*0001~",
        "GE*1*91~",
        "IEA*1*000000091~",
    ]
    return "\n".join(lines).encode("ascii")


def _segment(data: bytes, tag: str) -> list[str]:
    """The elements of the first segment with a tag; the tag is number 0."""
    segments = (segment for part in read_bytes(data) for segment in part.segments)
    return next(found for found in (each.split(ELEMENT) for each in segments) if found[0] == tag)
