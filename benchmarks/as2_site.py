"""A workspace whose partner acme-retail sends and receives by AS2, and the processes on it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gateway.channels.as2.link import Layers, Link
from tests.as2.credentials import KEYS, certificate, own
from tests.pipeline.world import GATEWAY, OWN

PROCESS = Path(__file__).with_name("as2_process.py")
OURS = f"""\
{OWN}as2:
  id: ours
  url: http://127.0.0.1:9/as2
  keys:
    - {{certificate: {KEYS}/ours.pem, key: "${{file:{KEYS}/ours.key}}"}}
"""
PARTNER = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {id: 4012345000009, qualifier: 14}
channels:
  main:
    kind: as2
    as2:
      id: acme
      certificates: [{file: acme.pem}]
      receive: {rate: 100000, repeat: pass}
"""
AGREEMENTS = """\
agreements:
  - document: order
    direction: inbound
    standard: EDIFACT D.96A EAN008
    acknowledge: {syntax: none}
"""


def lay(root: Path, partner: str = PARTNER + AGREEMENTS, gateway: str = GATEWAY) -> None:
    """The files of the workspace."""
    folder = root / "partners/acme-retail"
    folder.mkdir(parents=True)
    for name in ("erp/in", "erp/out"):
        (root / name).mkdir(parents=True)
    (root / "gateway.yaml").write_text(gateway)
    (root / "partners/_own.yaml").write_text(OURS)
    (folder / "partner.yaml").write_text(partner)
    shutil.copy(KEYS / "acme.pem", folder)


def acme(layers: Layers | None = None) -> Link:
    """How the partner sees us."""
    return Link(
        "ours",
        "main",
        our_id="acme",
        their_id="ours",
        layers=layers or Layers(),
        ours=(own("acme"),),
        theirs=(certificate("ours"),),
    )


class Server:
    """A process that listens, and what it costs."""

    def __init__(self, command: Sequence[str | Path], root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(str(each) for each in command)],
            stdout=subprocess.PIPE,
            stderr=(root / "server.log").open("ab"),
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.strip():
            raise RuntimeError((root / "server.log").read_text()[-2000:])
        self.port = int(line)

    def cpu_seconds(self) -> float:
        """Of the process with its threads so far."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, what: str) -> int:
        """Bytes: ``VmRSS`` now, ``VmHWM`` at most so far."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{what}:"):
                return int(line.split()[1]) * 1024
        raise KeyError(what)

    def forget_peak(self) -> None:
        """The peak counts from here."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self) -> None:
        """As a supervisor stops it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


@contextmanager
def receiving(root: Path) -> Iterator[Server]:
    """The receiving half at work."""
    server = Server([PROCESS, root], root)
    try:
        yield server
    finally:
        server.stop()
