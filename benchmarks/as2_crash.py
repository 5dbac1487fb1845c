"""Kill a gateway that sends and receives by AS2, again and again, and count what went wrong.

    python benchmarks/as2_crash.py [--rounds 1] [--random 20] [--receipts sync,async] [--seed 1]
                                   [--folder DIR]

A partner posts orders, each with its Message-ID until its receipt is there, and some once more;
half of the receipts are asked for later, at his own address. Meanwhile the ERP gives invoices,
which the gateway sends to him; he takes each Message-ID once, and loses some of his answers; his
receipts come in the reply or, in a second run, later. The gateway, a process as users run it on
SQLite, is killed (SIGKILL) at every checkpoint of AS2 in turn and at random moments, and started
again. At the end every order is at the ERP once, every invoice at the partner once, and all
receipts of one message are the same bytes.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.as2_site import PROCESS, acme, lay
from benchmarks.as2_traffic import Wire, wire
from benchmarks.pipeline_traffic import acme_order, erp_invoice
from tests.as2.peers.ear import Ear, Heard, Reply, post
from tests.as2.peers.openas2.server import free_port
from tests.as2.send.peer import Answer, Peer, Request, lost, receipt, served
from tests.pipeline.world import GATEWAY

STEPS = (
    "as2 receive: read",
    "as2 receive: archived",
    "as2 receive: looked up",
    "as2 receive: opened",
    "as2 receive: payloads archived",
    "as2 receive: receipt built",
    "as2 unpack: receipt built",
    "as2 receipt: delivered",
    "as2 send: built",
    "as2 send: archived",
    "as2 send: ready",
    "as2 send: sending",
    "as2 send: answered",
    "as2 receipt: kept",
)
COMMITS = (
    "as2 received",
    "as2 spooled",
    "as2 repeat",
    "as2 receipt delivered",
    "as2 ready",
    "as2 sending",
    "as2 sent",
    "as2 settled",
    "as2 receipt",
)
CHECKPOINTS = (
    *STEPS,
    *(f"{name}: {when}" for name in COMMITS for when in ("before commit", "committed")),
)
PATIENCE = 90.0
"""Seconds without anything new after which the rest counts as lost."""
PARTNER = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {{id: 4012345000009, qualifier: 14}}
channels:
  main:
    kind: as2
    as2:
      id: acme
      url: {url}
      certificates: [{{file: acme.pem}}]
      receive: {{rate: 100000}}
      receipt: {{mode: {mode}, within: 10s}}
      receipt_urls: [{receipts}]
agreements:
  - document: order
    direction: inbound
    standard: EDIFACT D.96A EAN008
    acknowledge: {{syntax: none}}
  - {{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}}
"""
_UNFINISHED = (
    "SELECT 'message', id, kind, state, name FROM message WHERE due IS NOT NULL OR state NOT IN "
    "('split', 'delivered', 'acknowledged') UNION ALL "
    "SELECT 'delivery', id, outlet, state, name FROM delivery WHERE state <> 'done'"
)
RETRY = "retry: {first: 300ms, factor: 2, ceiling: 1s, attempts: 1000, jitter: 10}"


@dataclass
class Outcome:
    """What a run came to."""

    kills: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Messages whose repeats, or whose receipts, were not the same bytes."""
    unfinished: list[str] = field(default_factory=list)
    """Messages and deliveries that are not at their end."""
    repeats: int = 0
    """Receipts that were compared with an earlier one."""
    resent: int = 0
    """Messages of ours that came again and were compared."""

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.changed or self.unfinished)


class Partner:
    """Posts orders until they are acknowledged; takes invoices, each Message-ID once."""

    def __init__(self, port: int, dice: random.Random) -> None:
        self.port, self.dice = port, dice
        self.ear = Ear(self._later)
        self.peer = Peer(acme())
        self.receipts: dict[str, list[bytes]] = defaultdict(list)
        self.pending: deque[int] = deque()
        self.stop = threading.Event()

    @property
    def address(self) -> str:
        """Of the gateway."""
        return f"http://127.0.0.1:{self.port}/as2"

    def run(self) -> None:
        """One of several threads: takes the next order, until it is told to stop."""
        while not self.stop.is_set():
            try:
                number = self.pending.popleft()
            except IndexError:
                time.sleep(0.02)
                continue
            one, later = wire(f"order-{number}", acme_order(number).data, acme()), number % 2 == 0
            self._deliver(one, later=later)
            if number % 3 == 0:
                self._deliver(one, later=later)  # he sends it again, to be sure

    def _deliver(self, one: Wire, *, later: bool) -> None:
        """Until a receipt is there that was not there before."""
        name = dict(one.headers)["Message-ID"]
        headers = list(one.headers)
        if later:
            headers.append(("Receipt-Delivery-Option", f"{self.ear.url}receipts"))
        known = len(self.receipts[name])
        while not self.stop.is_set():
            with suppress(OSError, HTTPException):
                reply = post(self.address, headers, one.body, 10)
                if reply.status == 200 and not later:
                    self.receipts[name].append(reply.body)
            if self._came(name, known, 5.0 if later else 0.0):
                return
            time.sleep(self.dice.uniform(0.05, 0.3))

    def _came(self, name: str, known: int, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while len(self.receipts[name]) == known and time.monotonic() < until:
            time.sleep(0.05)
        return len(self.receipts[name]) > known

    def _later(self, heard: Heard) -> Reply:
        """A receipt comes by itself."""
        found = re.search(rb"Original-Message-ID: (<[^>]*>)", heard.body)
        if found is not None:
            self.receipts[found[1].decode()].append(heard.body)
        return 200, (), b""

    def later(self, peer: Peer, request: Request) -> Answer:
        """An invoice is taken; its receipt comes when it comes, until somebody takes it."""
        made = peer.take(request)

        def tell() -> None:
            while not self.stop.is_set():
                with suppress(OSError, HTTPException):
                    if post(self.address, made.headers, made.body, 10).status < 300:
                        return
                time.sleep(0.3)

        if self.dice.random() < 0.8:  # some are forgotten, and the message comes again
            threading.Timer(self.dice.uniform(0.05, 0.5), tell).start()
        return Answer(202)


class Run:
    """One workspace, one partner, many processes."""

    def __init__(self, root: Path, mode: str, seed: int) -> None:
        self.root, self.mode = root, mode
        self.orders = self.invoices = 0
        """How many there are so far."""
        self.dice = random.Random(seed)
        self.port = free_port()
        self.partner = Partner(self.port, self.dice)
        self.outcome = Outcome()
        self.at_erp: Counter[str] = Counter()

    def run(self, plan: list[str]) -> Outcome:
        """Kill as the plan says (a checkpoint, or ``""``: at random), then let it finish."""
        with self.partner.ear, served(self.partner.peer) as peer:
            receipts = f"{self.partner.ear.url}receipts"
            settings = PARTNER.format(url=peer.url, mode=self.mode, receipts=receipts)
            lines = GATEWAY.splitlines()
            text = "\n".join(RETRY if line.startswith("retry:") else line for line in lines)
            text = text.replace("{folder: erp/in}", "{folder: erp/in, stable_for: 0s}")
            lay(self.root, settings, f"{text}\nhttp: {{listen: '127.0.0.1:{self.port}'}}\n")
            (self.root / "erp/in/invoice").mkdir()
            good = receipt if self.mode == "sync" else self.partner.later
            peer.ways = [self.dice.choice((good, good, lost)) for _ in range(5000)]
            threads = [threading.Thread(target=self.partner.run) for _ in range(3)]
            for thread in threads:
                thread.start()
            try:
                self._all(plan)
            finally:
                self.partner.stop.set()
                for thread in threads:
                    thread.join()
        return self._counted()

    def _all(self, plan: list[str]) -> None:
        for where in plan:
            process = self._started(where)
            self._feed()
            self._killed(process, where)
            self._fetch()
        process = self._started("")
        self._feed()
        self._finish()
        process.terminate()
        process.wait(30)
        self._fetch()

    def _started(self, where: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(PROCESS), str(self.root), "--pipeline"]
        command += ["--kill", f"{where}@{self.dice.randint(1, 2)}"] if where else []
        with (self.root / "server.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        process.stdout.readline()
        return process

    def _killed(self, process: subprocess.Popen[bytes], where: str) -> None:
        """By itself at its checkpoint, or by us when it did not come there in time."""
        try:
            process.wait(6.0 if where else self.dice.uniform(0.1, 2.5))
            self.outcome.kills[where or "ended by itself"] += 1
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.outcome.kills["at random"] += 1

    def _feed(self) -> None:
        """Four orders and two invoices more."""
        self.partner.pending.extend(range(self.orders + 1, self.orders + 5))
        self.orders += 4
        for number in range(self.invoices + 1, self.invoices + 3):
            drop = erp_invoice(number, "real")
            hidden = self.root / drop.folder / f".{drop.name}.tmp"
            hidden.write_bytes(drop.data)
            hidden.rename(self.root / drop.folder / drop.name)
        self.invoices += 2

    def _fetch(self) -> int:
        """The ERP takes what it sees."""
        found = 0
        for path in (self.root / "erp/out").rglob("*.csv"):
            with suppress(OSError):
                data = path.read_bytes()
                path.unlink()
                self.at_erp.update(set(re.findall(r"PO\d{7}", data.decode("latin-1"))))
                found += 1
        return found

    def _finish(self) -> None:
        news, last = -1, time.monotonic()
        while time.monotonic() - last < PATIENCE:
            self._fetch()
            known = len(self.at_erp) + len(self.partner.peer.documents)
            known += sum(map(len, self.partner.receipts.values()))
            if known != news:
                news, last = known, time.monotonic()
            done = len(self.at_erp) == self.orders and len(self._invoices()) == self.invoices
            told = sum(map(bool, self.partner.receipts.values()))
            if done and told == self.orders and not self._unfinished():
                time.sleep(3)  # whoever doubles something has time to do it
                return
            time.sleep(0.1)

    def _invoices(self) -> Counter[str]:
        """By number: how many messages of ours it came in."""
        found: Counter[str] = Counter()
        for data in list(self.partner.peer.documents.values()):
            found.update(set(re.findall(r"(?<=BGM\+380\+)RE\d{7}", data.decode("latin-1"))))
        return found

    def _counted(self) -> Outcome:
        outcome, invoices = self.outcome, self._invoices()
        wanted = [f"PO{number:07}" for number in range(1, self.orders + 1)]
        outcome.lost += [name for name in wanted if not self.at_erp[name]]
        outcome.doubled += [name for name, times in self.at_erp.items() if times > 1]
        wanted = [f"RE{number:07}" for number in range(1, self.invoices + 1)]
        outcome.lost += [name for name in wanted if not invoices[name]]
        outcome.doubled += [name for name, times in invoices.items() if times > 1]
        for number in range(1, self.orders + 1):
            name = f"<order-{number}@localhost>"
            bodies = self.partner.receipts[name]
            outcome.repeats += max(0, len(bodies) - 1)
            if len(set(bodies)) > 1:
                outcome.changed.append(f"{len(set(bodies))} receipts of {name}")
            if not bodies or b"; processed\r\n" not in bodies[0]:
                outcome.lost.append(f"receipt of {name}")
        wires = defaultdict(set)
        for request in self.partner.peer.requests:
            wires[request.message_id].add(request.wire)
        outcome.resent = len(self.partner.peer.requests) - len(wires)
        outcome.changed += [name for name, each in wires.items() if len(each) > 1]
        outcome.unfinished = self._unfinished()
        return outcome

    def _unfinished(self) -> list[str]:
        """Rows that are not where those of good messages end."""
        connection = sqlite3.connect(self.root / "var/gateway.db")
        try:
            rows = connection.execute(_UNFINISHED).fetchall()
        finally:
            connection.close()
        return [" ".join(map(str, row)) for row in rows]


def planned(rounds: int, at_random: int, dice: random.Random) -> list[str]:
    """Every checkpoint in every round, and kills at random moments among them."""
    plan = [*CHECKPOINTS * rounds, *[""] * at_random]
    dice.shuffle(plan)
    return plan


def text(outcome: Outcome, seconds: float) -> str:
    """For a person."""
    lines = [f"{name:36} {number:4}" for name, number in sorted(outcome.kills.items())]
    lines.append(
        f"{sum(outcome.kills.values())} kills in {seconds:.0f} s: lost {len(outcome.lost)}, "
        f"doubled {len(outcome.doubled)}, changed {len(outcome.changed)}, "
        f"unfinished {len(outcome.unfinished)}; "
        f"{outcome.repeats} receipts and {outcome.resent} messages came again, byte for byte"
    )
    for name in ("lost", "doubled", "changed", "unfinished"):
        lines += [f"  {name}: {each}" for each in getattr(outcome, name)[:10]]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """1 when a promise was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--random", type=int, default=20)
    parser.add_argument("--receipts", default="sync,async")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--keep", type=Path, help="where a broken workspace is copied to")
    options = parser.parse_args(arguments)
    bad = 0
    for mode in options.receipts.split(","):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(dir=options.folder, ignore_cleanup_errors=True) as folder:
            run = Run(Path(folder) / "site", mode, options.seed)
            outcome = run.run(planned(options.rounds, options.random, random.Random(options.seed)))
            if not outcome.clean and options.keep:
                shutil.copytree(run.root, options.keep / mode, dirs_exist_ok=True)
        print(f"receipts of invoices: {mode}; {run.orders} orders, {run.invoices} invoices")
        print(text(outcome, time.monotonic() - began), flush=True)
        if not outcome.clean and options.keep:
            print(f"kept in {options.keep}")
        bad += not outcome.clean
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
