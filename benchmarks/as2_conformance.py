"""Every way to exchange an AS2 message, tried: ours with ours, and with independent peers.

    python benchmarks/as2_conformance.py [--write docs/reference/as2-conformance.md]
                                         [--peers openssl,openas2,libas2] [--each N] [--full]

``--each 20`` tries every 20th combination, ``--full`` all of them between ours (hours). Peers that
are not installed are named and left out: ``python -m tests.as2.peers.install``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.as2.conformance import ours, ways
from tests.as2.conformance.combination import everything
from tests.as2.conformance.outcome import Outcome, Tally, tried
from tests.as2.conformance.page import page


def main(arguments: list[str]) -> int:
    """1 when an exchange was not as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="PAGE")
    parser.add_argument("--peers", default=",".join(ways.PEERS))
    parser.add_argument("--each", type=int, default=1, metavar="N")
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args(arguments)
    wanted = [name for name in options.peers.split(",") if name]
    versions = {name: found for name in wanted if (found := ways.version(name))}
    outcomes: list[Outcome] = []
    began = time.monotonic()
    for each in _exchanges(list(versions), options.each, full=options.full):
        if outcomes and outcomes[-1].way != each.way:
            _told(outcomes, time.monotonic() - began)
            began = time.monotonic()
        outcomes.append(each)
    _told(outcomes, time.monotonic() - began)
    failed = [each for each in outcomes if each.failure]
    for each in failed[:20]:
        print(f"  {each.way}: {each.combination}: {each.failure}")
    absent = [name for name in wanted if name not in versions]
    if absent:
        print(f"not installed: {', '.join(absent)} (python -m tests.as2.peers.install)")
    if options.write is not None:
        options.write.write_text(page(outcomes, versions, absent), encoding="utf-8")
    return 1 if failed else 0


def _exchanges(peers: list[str], each: int, *, full: bool) -> Iterator[Outcome]:
    if full:
        yield from tried(ways.OURS, everything(), ours.exchange)
    else:
        yield from ways.between_ours(each)
    if "openssl" in peers:
        yield from ways.with_openssl(each)
    if "libas2" in peers:
        yield from ways.with_libas2(each)
    if "openas2" in peers:
        with tempfile.TemporaryDirectory() as folder:
            yield from ways.with_openas2(Path(folder), each)


def _told(outcomes: list[Outcome], seconds: float) -> None:
    way = outcomes[-1].way
    mine = [each for each in outcomes if each.way == way]
    tally = Tally.of(mine)
    print(
        f"{way:16} tried {tally.tried:6}  passed {tally.passed:6}  "
        f"left out {len(mine) - tally.tried:5}  ({seconds:.0f} s)",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
