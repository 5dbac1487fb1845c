"""Make interchanges of 850 004010 as large as wanted: 40 lines and about 7 kB per set."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.orders import with_check_digit

LINES = 40
_ISA = (
    "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
    "*260517*0930*U*00401*000000001*0*P*>~"
)


def interchange(sets: int, seed: int = 7) -> Iterator[bytes]:
    """The interchange in pieces, one per set, so that any size can be streamed to disk."""
    random_ = random.Random(seed)
    yield _ISA.encode() + b"GS*PO*NORTHWIND*OURCOMPANY*20260517*0930*1*X*004010~"
    for number in range(1, sets + 1):
        yield transaction_set(number, random_).encode("ascii")
    yield f"GE*{sets}*1~IEA*1*000000001~".encode()


def transaction_set(number: int, random_: random.Random) -> str:
    """One purchase order with control totals."""
    control = f"{number:04}"
    segments = [
        f"ST*850*{control}",
        f"BEG*00*SA*PO{number:08}**20260517",
        "CUR*BY*USD",
        "REF*DP*0042",
        "DTM*010*20260601",
        "N1*BY*Northwind Stores*92*0001",
        "N3*1 Main Street",
        "N4*Springfield*IL*62701*US",
        "N1*ST*Northwind Store 12*92*0012",
        "N3*9 Market Street",
        "N4*Chicago*IL*60601*US",
    ]
    total = 0
    for line in range(1, LINES + 1):
        quantity, price = random_.randrange(1, 500), random_.randrange(100, 99999)
        total += quantity
        gtin = with_check_digit(f"{random_.randrange(10**10, 10**11 - 1)}")
        item = f"A{random_.randrange(10**6)}"
        segments += [
            f"PO1*{line}*{quantity}*EA*{price // 100}.{price % 100:02}**UP*{gtin}*VN*{item}",
            f"PID*F****Cordless drill {random_.randrange(100, 999)} W",
            f"PO4*1*{random_.randrange(1, 24)}*EA",
            f"DTM*002*202606{random_.randrange(1, 29):02}",
        ]
    segments.append(f"CTT*{LINES}*{total}")
    segments.append(f"SE*{len(segments) + 1}*{control}")
    return "~".join(segments) + "~"
