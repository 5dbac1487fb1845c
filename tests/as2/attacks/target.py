"""What is attacked: a gateway of ours, on the loopback, with limits that a test can reach.

``acme-retail`` may send by three channels: ``main`` (ACME) as every partner has it, signed and
encrypted; ``open`` (ACME-OPEN) where nothing is required, so that an attack gets as far as it can;
and ``northwind`` has one, too (NORTHWIND), signed with another key.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import func, select

from gateway.store.tables import message as table
from tests.as2.attacks.peak import Peak
from tests.as2.credentials import KEYS
from tests.as2.interop.gate import Gate, listening
from tests.as2.interop.wire import Reply, call_in_pieces, head
from tests.as2.receive.world import ACME, DIGESTS, As2World, Posted, lay_keys

SMALL = "receive: {max_size: 4MB, max_inflated: 8MB, rate: 100000}"
"""Limits that a test reaches quickly."""
OPEN = SMALL.replace("{", "{signed: allowed, encrypted: allowed, ")
NORTHWIND = """\
schema: 1
partner: northwind
name: Northwind Stores (example)
identities:
  gln: 0012345000003
  x12: {id: NORTHWIND, qualifier: ZZ}
channels:
  main:
    kind: as2
    as2:
      id: NORTHWIND
      certificates: [{file: northwind.pem}]
agreements:
  - {document: order, direction: inbound, standard: X12 004010}
"""
UNIFORM = "processed/error: authentication-failed"
MEMORY = 32_000_000
"""Bytes that an attack may take, at most; what it sends itself among them."""
SECONDS = 2.0
"""Of computing, that an attack may cost both sides."""
_VARYING = re.compile(rb"(?m)^(?:Original-Message-ID|Message-ID|Date): .*?$|=_[a-z]+_[0-9a-f]{32}")
"""What differs from one answer to the next, whatever was asked."""
_SIGNATURE = b"application/pkcs7-signature; name"


@dataclass(frozen=True)
class Attack:
    """One that goes over the wire. ``wire`` makes its bytes anew each time."""

    kind: str
    name: str
    wire: Callable[[], Iterable[bytes]]
    answer: str
    """The status, and the disposition where there is a receipt; ``0``: hung up."""

    def __str__(self) -> str:
        return self.name


def request(
    body: bytes,
    *more: str,
    kind: str = "application/pkcs7-mime",
    sender: str = "ACME",
    message_id: str = "",
    length: str | int | None = -1,
    drop: str = "",
) -> bytes:
    """The head of a message whose body is ``body``. ``drop``: a header that is left out."""
    headers = [
        ("AS2-Version", "1.2"),
        ("AS2-From", sender),
        ("AS2-To", "OURS"),
        ("Message-ID", message_id or f"<{next(_NUMBERS):08}@attacker.example>"),
        ("Content-Type", kind),
        ("Disposition-Notification-To", "edi@acme.example"),
        ("Disposition-Notification-Options", f"{DIGESTS}sha-256"),
        ("X-Forwarded-For", from_elsewhere()),
    ]
    kept = [pair for pair in headers if pair[0] != drop]
    return head(kept, *more, length=len(body) if length == -1 else length)


_NUMBERS = count(1)


def from_elsewhere() -> str:
    """Another machine of the attacker's: he is not slowed down."""
    number = next(_NUMBERS)
    return f"198.18.{number >> 8 & 255}.{number & 255}"


def report_of(answer: Reply) -> bytes:
    """An answer as an attacker compares it: all but ids, boundaries and the signature's value."""
    told = b"\n".join(f"{name}: {value}".encode("latin-1") for name, value in answer.headers.items)
    report = answer.body.replace(b"\r\n", b"\n").partition(_SIGNATURE)[0]
    size = str(len(answer.body)).encode()
    return _VARYING.sub(b"?", told + b"\n\n" + report) + size


@dataclass
class Target(Gate):
    """A gateway under attack."""

    peak: Peak = field(default_factory=Peak)

    @property
    def files(self) -> int:
        """Documents that were taken in, ever."""
        with self.world.gateway.house.store.read() as connection:
            found = select(func.count()).select_from(table).where(table.c.kind == "file")
            return connection.scalar(found) or 0

    @contextmanager
    def unharmed(self, memory: int = MEMORY, seconds: float = SECONDS) -> Iterator[None]:
        """Nothing is taken in meanwhile, little is spent, and a good message passes afterwards."""
        before = self.files
        self.peak.begin()
        yield
        growth, spent = self.peak.growth, self.peak.seconds
        assert self.files == before
        assert growth < memory, f"{growth:_} bytes"
        assert spent < seconds, f"{spent:.2f} s"
        self.works()

    def refuses(self, attack: Attack, memory: int = MEMORY, seconds: float = SECONDS) -> Reply:
        """The answer is the right one, and nothing happened."""
        with self.unharmed(memory, seconds):
            got = call_in_pieces(self.where, attack.wire())
        assert f"{got.status} {got.disposition}".strip() == attack.answer, got
        return got

    def sends(self, posted: Posted, *more: str) -> Reply:
        """A message from one of the attacker's machines."""
        return self.post(posted, f"X-Forwarded-For: {from_elsewhere()}", *more)


def timed(target: Target, each: Sequence[Posted], answer: str) -> list[float]:
    """Seconds until each was answered, four at a time; all have the same answer."""

    def one(posted: Posted) -> float:
        began = time.monotonic()
        assert target.sends(posted).disposition == answer
        return time.monotonic() - began

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, each))


def world(root: Path, main: str = SMALL, open_: str = OPEN) -> As2World:
    """The house. ``main``, ``open_``: what its channels accept."""
    lay_keys(root)
    (root / "partners/northwind").mkdir(parents=True)
    shutil.copy(KEYS / "northwind-4096.pem", root / "partners/northwind/northwind.pem")
    top, _, rest = ACME.partition("      id: ACME\n")
    opened = _channel("open", "ACME-OPEN", open_)
    settings = f"{top}      id: ACME\n      {main}\n{rest}".replace(
        "agreements:\n", f"{opened}agreements:\n"
    )
    files = {"partners/northwind/partner.yaml": NORTHWIND}
    return As2World(root, settings=settings, files=files, laid=True)


def _channel(name: str, as2_id: str, accepted: str) -> str:
    return f"""\
  {name}:
    kind: as2
    as2:
      id: {as2_id}
      certificates: [{{file: acme.pem}}]
      {accepted}
"""


@contextmanager
def targeted(root: Path) -> Iterator[Target]:
    """It is open on a free port of the loopback meanwhile."""
    made = world(root)
    with listening(made.receiver) as where:
        yield Target(where, made)
    made.gateway.close()
