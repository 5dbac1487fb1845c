"""Every way to exchange files by SFTP, tried with other people's programs on the other side.

    python benchmarks/sftp_conformance.py [--write docs/reference/sftp-conformance.md] [--each N]

Our client meets OpenSSH's server and one of asyncssh; our server meets ``sftp`` of OpenSSH,
paramiko and asyncssh. ``--each 20`` tries every 20th combination.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.sftp.matrix.cell import OURS, THEIRS, Outcome, cells, tally, told
from tests.sftp.matrix.page import page
from tests.sftp.matrix.tried import with_ours, with_theirs

EVERY = 50
"""Exchanges after which it is said how far one is."""


def main(arguments: list[str]) -> int:
    """1 when an exchange was not as it should be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="PAGE")
    parser.add_argument("--each", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    ours = list(_told("our client", with_ours(islice(cells(OURS), 0, None, options.each))))
    theirs = list(_told("our server", with_theirs(islice(cells(THEIRS), 0, None, options.each))))
    failed = [each for each in (*ours, *theirs) if each.failure]
    if options.write is not None:
        options.write.write_text(page(ours, theirs, _versions()), encoding="utf-8")
    return 1 if failed else 0


def _told(what: str, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """They pass by; a person hears of them."""
    began, seen = time.monotonic(), list[Outcome]()
    for each in outcomes:
        seen.append(each)
        if each.failure:
            print(f"  {told(each.cell)}: {each.failure}", flush=True)
        elif len(seen) % EVERY == 0:
            print(f"  {len(seen)} …", file=sys.stderr, flush=True)
        yield each
    found = tally(seen)
    print(
        f"{what}: tried {found['tried']}, passed {found['passed']}, "
        f"left out {len(seen) - found['tried']} ({time.monotonic() - began:.0f} s)",
        flush=True,
    )


def _versions() -> dict[str, str]:
    said = subprocess.run(["ssh", "-V"], capture_output=True, text=True, check=True).stderr
    openssh = re.search(r"OpenSSH_(\S+?),? ", said)
    found = {"OpenSSH": "?" if openssh is None else openssh[1]}
    return found | {name: version(name) for name in ("asyncssh", "paramiko")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
