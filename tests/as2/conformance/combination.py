"""One way in which two sides can exchange a message, and all the ways that are tried.

Every dimension is a table of names; a :class:`Combination` takes one of each. The layers
(signature, encryption, compression, transfer encoding) are crossed in full; receipt, content type
and size are laid over them in turn, so that every value meets every other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from itertools import combinations, product
from math import prod

DIGESTS = ("sha-1", "sha-256", "sha-384", "sha-512")
SCHEMES = ("pkcs1", "pss", "ecdsa")
CIPHERS = ("3des", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm")
TRANSPORTS = ("pkcs1", "oaep-sha-256")

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "signature": ("none", *(f"{digest} {scheme}" for digest in DIGESTS for scheme in SCHEMES)),
    "encryption": ("none", *(f"{cipher} {key}" for cipher in CIPHERS for key in TRANSPORTS)),
    "compression": ("none", "before", "after"),
    "encoding": ("binary", "base64", "quoted-printable", "whole body base64"),
    "receipt": ("none", "sync", "sync signed", "async", "async signed"),
    "content": ("edifact", "x12", "xml", "octets", "text"),
    "size": ("0", "1", "10000", "1000000"),
}
LAYERS = ("signature", "encryption", "compression", "encoding")
REST = ("receipt", "content", "size")
CONTENT_TYPES = {
    "edifact": "application/EDIFACT",
    "x12": "application/EDI-X12",
    "xml": "application/xml",
    "octets": "application/octet-stream",
    "text": "text/plain",
}


@dataclass(frozen=True, slots=True)
class Combination:
    """One value of each dimension."""

    signature: str = "sha-256 pkcs1"
    encryption: str = "aes-256-cbc pkcs1"
    compression: str = "before"
    encoding: str = "binary"
    receipt: str = "sync signed"
    content: str = "edifact"
    size: str = "10000"

    @property
    def digest(self) -> str | None:
        """``sha-256``; ``None`` for a message that is not signed."""
        return None if self.signature == "none" else self.signature.split()[0]

    @property
    def scheme(self) -> str:
        """``pkcs1``, ``pss`` or ``ecdsa``."""
        return "pkcs1" if self.signature == "none" else self.signature.split()[1]

    @property
    def cipher(self) -> str | None:
        """``aes-256-cbc``; ``None`` for a message that is not encrypted."""
        return None if self.encryption == "none" else self.encryption.split()[0]

    @property
    def transport(self) -> str:
        """How the content key is encrypted."""
        return "pkcs1" if self.encryption == "none" else self.encryption.split()[1]

    @property
    def whole_base64(self) -> bool:
        """The outermost body goes as base64."""
        return self.encoding.startswith("whole")

    @property
    def part_encoding(self) -> str:
        """The transfer encoding of the payload's part."""
        return "binary" if self.whole_base64 else self.encoding

    @property
    def receipt_mode(self) -> str:
        """``none``, ``sync`` or ``async``."""
        return self.receipt.split()[0]

    @property
    def receipt_signed(self) -> bool:
        """A signed receipt is asked for."""
        return self.receipt.endswith(" signed")

    @property
    def payload(self) -> bytes:
        """Bytes of the size that look like the content: always the same ones."""
        return payload(self.content, int(self.size))

    def __str__(self) -> str:
        return " · ".join(f"{each.name} {getattr(self, each.name)}" for each in fields(self))


def payload(content: str, size: int) -> bytes:
    """Text with line ends of both kinds and letters beyond ASCII; octets are like noise."""
    if content == "octets":
        blocks = (sha256(number.to_bytes(4)).digest() for number in range(size // 32 + 1))
        return b"".join(blocks)[:size]
    piece = {
        "edifact": "LIN+{n}++4012345000016:SRV'IMD+F++:::Käse'QTY+21:{n}'\r\n",
        "x12": "PO1*{n}*10*EA*9.95**UP*401234500001~\n",
        "xml": "<line n='{n}'>Käse &amp; Öl</line>\r\n",
        "text": "Zeile {n} = 100 %\t\n--=_peer-boundary\r\n.\r\n",
    }[content]
    text = "".join(piece.replace("{n}", str(number)) for number in range(size // len(piece) + 1))
    return text.encode("latin-1")[:size]


def everything() -> Iterator[Combination]:
    """The full cross of all dimensions."""
    return (Combination(*values) for values in product(*DIMENSIONS.values()))


def crossed(
    layers: Sequence[str] = LAYERS,
    *,
    only: dict[str, tuple[str, ...]] | None = None,
    each: int = 1,
) -> list[Combination]:
    """The full cross of ``layers``, or every ``each``-th of it; the other dimensions in turn.

    ``only`` narrows dimensions.
    """
    tables = DIMENSIONS | (only or {})
    inner = [name for name in DIMENSIONS if name in layers]
    others = [name for name in DIMENSIONS if name not in layers]
    rest = list(product(*(tables[name] for name in others)))
    # a step that shares no factor with the number of the others visits all of them
    step = next(n for n in range(len(rest) * 5 // 8 | 1, len(rest) + 99) if _coprime(n, len(rest)))
    crossing = list(product(*(tables[name] for name in inner)))
    found = []
    for number in _spread(len(crossing), each):
        place = (number * step + number // len(rest)) % len(rest)
        values = zip((*inner, *others), (*crossing[number], *rest[place]), strict=True)
        found.append(Combination(**dict(values)))
    return found


def _spread(size: int, each: int) -> list[int]:
    """Every ``each``-th number below ``size``, in steps that fit no table of values."""
    if each == 1:
        return list(range(size))
    stride = next(n for n in range(1237, 1237 + size) if _coprime(n, size))
    return sorted(number * stride % size for number in range(size // each))


def completed(cases: list[Combination]) -> list[Combination]:
    """These, and as many more as are needed for every triple of values to be met."""
    names = list(DIMENSIONS)
    seen = {
        triple
        for each in cases
        for triple in combinations([(name, getattr(each, name)) for name in names], 3)
    }
    more = []
    for chosen in combinations(names, 3):
        for values in product(*(DIMENSIONS[name] for name in chosen)):
            triple = tuple(zip(chosen, values, strict=True))
            if triple in seen:
                continue
            # the other dimensions in turn, so that one of these meets several missing triples
            rest = {name: table[len(more) % len(table)] for name, table in DIMENSIONS.items()}
            case = Combination(**(rest | dict(triple)))
            more.append(case)
            seen.update(combinations([(name, getattr(case, name)) for name in names], 3))
    return [*cases, *more]


def _coprime(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1


def covered(tried: Iterable[Combination], strength: int) -> tuple[int, int]:
    """How many of all pairs (triples, …) of values of different dimensions were met."""
    names = list(DIMENSIONS)
    seen: set[tuple[tuple[str, str], ...]] = set()
    for each in tried:
        values = [(name, getattr(each, name)) for name in names]
        seen.update(combinations(values, strength))
    possible = sum(
        prod(len(DIMENSIONS[name]) for name in chosen) for chosen in combinations(names, strength)
    )
    return len(seen), possible
