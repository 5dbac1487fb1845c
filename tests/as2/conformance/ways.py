"""Who exchanges what with whom: each way is a run over combinations."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.as2.conformance import openssl, ours
from tests.as2.conformance.combination import Combination, completed, crossed
from tests.as2.conformance.outcome import Outcome, tried
from tests.as2.peers.places import libas2_modules, openas2_jars
from tests.as2.peers.places import openssl as openssl_command

OURS = "ours ↔ ours"
TO_OPENSSL = "ours → OpenSSL"
FROM_OPENSSL = "OpenSSL → ours"
TO_OPENAS2 = "ours → OpenAS2"
FROM_OPENAS2 = "OpenAS2 → ours"
TO_LIBAS2 = "ours → libas2"
PEERS = ("openssl", "openas2", "libas2")


def between_ours(each: int = 1) -> Iterator[Outcome]:
    """Every combination of layers, and every triple of values."""
    cases = crossed(each=each)
    return tried(OURS, completed(cases) if each == 1 else cases, ours.exchange)


def with_openssl(each: int = 1) -> Iterator[Outcome]:
    """A quarter of the combinations each way: every layer costs a process."""
    cases = crossed(each=4 * each)
    yield from tried(TO_OPENSSL, cases, openssl.reads)
    yield from tried(FROM_OPENSSL, cases, openssl.writes)


def with_openas2(folder: Path, each: int = 1) -> Iterator[Outcome]:
    """All that it can read, and all that it can write."""
    from tests.as2.conformance import openas2  # noqa: PLC0415 (only with the peer)

    cases = crossed(each=each)
    writes = [case for case in cases if not openas2.lacks_sending(case)]
    with openas2.Meeting(folder, writes) as meeting:
        yield from tried(TO_OPENAS2, cases, meeting.reads, openas2.lacks)
        yield from tried(FROM_OPENAS2, cases, meeting.writes, openas2.lacks_sending)


def with_libas2(each: int = 1) -> Iterator[Outcome]:
    """All that it can read, up to 10 kB."""
    from tests.as2.conformance import libas2  # noqa: PLC0415 (only with the peer)
    from tests.as2.peers.libas2.reader import LibAS2  # noqa: PLC0415

    cases: Sequence[Combination] = crossed(each=each, only={"size": ("0", "1", "10000")})
    with LibAS2() as peer:
        yield from tried(TO_LIBAS2, cases, lambda case: libas2.reads(peer, case), libas2.lacks)


def version(peer: str) -> str:
    """What is installed of a peer; empty when it is not."""
    if peer == "openssl" and (command := openssl_command()):
        said = subprocess.run([command, "version"], capture_output=True, text=True, check=True)
        return " ".join(said.stdout.split()[:2])
    if peer == "openas2" and (jars := openas2_jars()):
        (jar,) = jars.glob("openas2-server-*.jar")
        return "OpenAS2 " + re.sub(r"^openas2-server-|\.jar$", "", jar.name)
    if peer == "libas2" and (modules := libas2_modules()):
        found = re.search(r'"version": "([^"]+)"', (modules / "libas2/package.json").read_text())
        return f"libas2 {found[1]}" if found else "libas2"
    return ""
