"""Make interchanges of ORDERS D.96A as large as wanted: 40 lines and about 8 kB per message."""

from __future__ import annotations

import random
from collections.abc import Iterator

LINES = 40


def interchange(messages: int, seed: int = 7) -> Iterator[bytes]:
    """The interchange in pieces, one per message, so that any size can be streamed to disk."""
    random_ = random.Random(seed)
    yield b"UNA:+.? 'UNB+UNOC:3+4012345000009:14+4098765000003:14+260517:0930+1++++1'"
    for number in range(1, messages + 1):
        yield message(number, random_).encode("latin-1")
    yield f"UNZ+{messages}+1'".encode()


def message(number: int, random_: random.Random) -> str:
    """One order; about one item text in fifty holds a released character."""
    segments = [
        f"UNH+{number}+ORDERS:D:96A:UN:EAN008",
        f"BGM+220+PO{number:08}+9",
        "DTM+137:20260517:102",
        "DTM+2:20260601:102",
        "FTX+PUR+++Please deliver to gate 4:ring the bell",
        "RFF+CT:C-99",
        "NAD+BY+4012345000009::9++ACME Retail+Main Street 1+Berlin++10115+DE",
        "RFF+VA:DE136695976",
        "NAD+SU+4098765000003::9++Our Company+Hafenweg 9+Hamburg++20457+DE",
        "NAD+DP+4012345000016::9++ACME Retail Store 12+Ringstraße 5+Köln++50667+DE",
        "CUX+2:EUR:9",
    ]
    for line in range(1, LINES + 1):
        segments += _line(line, random_)
    segments += ["UNS+S", f"CNT+2:{LINES}"]
    segments.append(f"UNT+{len(segments) + 1}+{number}")
    return "'".join(segments) + "'"


def _line(number: int, random_: random.Random) -> list[str]:
    gtin = with_check_digit(f"{random_.randrange(400000000000, 409999999999)}")
    text = f"Cordless drill {random_.randrange(100, 999)} W"
    if random_.random() < 0.02:
        text += " 1?+1"
    quantity, price = random_.randrange(1, 500), random_.randrange(100, 99999)
    return [
        f"LIN+{number}++{gtin}:EN",
        f"PIA+1+A-{random_.randrange(10**6)}:SA+B-{random_.randrange(10**6)}:IN",
        f"IMD+F++:::{text}",
        f"QTY+21:{quantity}:PCE",
        f"DTM+2:202606{random_.randrange(1, 29):02}:102",
        f"MOA+203:{quantity * price // 100}.{quantity * price % 100:02}",
        f"PRI+AAA:{price // 100}.{price % 100:02}:::1:PCE",
        f"RFF+PD:P{random_.randrange(1000)}",
    ]


def with_check_digit(digits: str) -> str:
    """GS1 general specifications §7.9: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)
