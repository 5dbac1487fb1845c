"""Kill a gateway that exchanges files by SFTP both ways, again and again, and count what is wrong.

    python benchmarks/sftp_faults.py [--rounds 20] [--seed 1] [--keep DIR]

One partner has an OpenSSH server, a few milliseconds away: he gives orders there and takes answers
and invoices. Another one comes to our server with asyncssh: he puts orders under a temporary name,
renames them, and does it again until he knows that they are there; he fetches and deletes what lies
in ``out/``. The gateway, a process of its own with SQLite and archive, is killed (SIGKILL) at a
random moment in each round while files flow, and started again. In the end every file is compared
with what was given, by its SHA-256: *lost* did not come, *doubled* came twice, *truncated* came
with bytes that nobody gave. Every order has to be at the ERP once, too.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import asyncssh

from benchmarks.pipeline_traffic import (
    ACME_OUT,
    ERP_OUT,
    FOUND_BY,
    acme_orders,
    erp_invoice,
    northwind_order,
)
from gateway.config import load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch import poison
from gateway.web.mailboxes import mailboxes
from tests.as2.peers.openas2.server import free_port
from tests.memory import folder_in_memory
from tests.pipeline.world import GATEWAY, OWN
from tests.remote.proxy import proxy
from tests.sftp.sshd import KEYS, sshd

PATIENCE = 90.0
"""Seconds without anything new after which the rest counts as lost."""
ONE_WAY = 0.004
RETRY = "retry: {first: 300ms, factor: 2, ceiling: 1s, attempts: 1000, jitter: 10}"
ACME = """\
schema: 1
partner: acme-retail
name: Acme Retail (example)
identities:
  gln: 4012345000009
  edifact: {{id: 4012345000009, qualifier: 14}}
channels:
  main:
    kind: sftp
    sftp:
      host: 127.0.0.1
      port: {port}
      host_keys: ["{host_key}"]
      login: {{user: {user}, keys: [{{key: "${{file:user.key}}"}}]}}
      receive: {{folder: out, ready: {{stable_for: 0s}}, schedule: {{every: 1s}}}}
      send: {{folder: in, name: "{{message}}_{{control}}.edi"}}
agreements:
  - {{document: order, direction: inbound, standard: EDIFACT D.96A EAN008, mode: live}}
  - {{document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}}
"""
NORTHWIND = """\
schema: 1
partner: northwind
name: Northwind Stores (example)
identities:
  gln: 0012345000003
  x12: {id: NORTHWIND, qualifier: ZZ}
channels:
  main:
    kind: mailbox
    mailbox: {user: northwind, keys: [{file: user.pub}]}
agreements:
  - {document: order, direction: inbound, standard: X12 004010}
"""


def work(root: Path) -> int:
    """One process of the gateway; ends at SIGTERM, or is killed."""
    # a message that is in work whenever the process is killed would be held after five times
    poison.DEATHS = 10_000
    workspace, problems = load_workspace(root)
    if workspace is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Gateway.open(workspace) as gateway, mailboxes(gateway):
        print("ready", flush=True)
        gateway.serve(stop)
    return 0


def sha(data: bytes) -> str:
    """By which files are compared."""
    return sha256(data).hexdigest()


@dataclass
class Outcome:
    """What a run came to."""

    kills: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.truncated)

    def compare(self, what: str, given: dict[str, str], came: Counter[str]) -> None:
        """``given``: names by their SHA-256."""
        self.lost += [f"{what} {name}" for key, name in given.items() if not came[key]]
        self.doubled += [f"{what} {given[key]}" for key in given if came[key] > 1]
        self.truncated += [f"{what} {key[:12]}" for key in came if key not in given]


class Acme:
    """Has a server: what lies on it, he put there or takes."""

    def __init__(self, folder: Path) -> None:
        self.given: dict[str, str] = {}
        self.came: Counter[str] = Counter()
        self._out, self._in = folder / "out", folder / "in"
        for each in (self._out, self._in):
            each.mkdir()

    def give(self, name: str, data: bytes) -> None:
        """As a careful partner does."""
        self.given[sha(data)] = name
        (self._out / f"{name}.tmp").write_bytes(data)
        (self._out / f"{name}.tmp").rename(self._out / name)

    def take(self) -> None:
        """Whatever he sees."""
        for path in self._in.iterdir():
            if not path.name.startswith("."):
                self.came[sha(path.read_bytes())] += 1
                path.unlink()

    def left(self) -> list[str]:
        """What lies there."""
        return [path.name for each in (self._out, self._in) for path in each.iterdir()]


class Northwind:
    """Comes to our server, again and again, in a thread of his own."""

    def __init__(self, port: int) -> None:
        self.given: dict[str, str] = {}
        self.fetched: dict[str, str] = {}
        """SHA-256 by name: a file that is fetched once more is the same one."""
        self.changed: list[str] = []
        """Names under which other bytes came the second time."""
        self._wanted: dict[str, bytes] = {}
        self._port = port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def waits(self) -> int:
        """Files that he does not know to be there."""
        return len(self._wanted)

    def give(self, name: str, data: bytes) -> None:
        """He puts it there as soon as he can."""
        self.given[sha(data)] = name
        self._wanted[name] = data

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        asyncssh.set_log_level("CRITICAL")
        while not self._stop.is_set():
            with suppress(OSError, asyncssh.Error, TimeoutError):
                asyncio.run(asyncio.wait_for(self._session(), 20))
            time.sleep(0.05)

    async def _session(self) -> None:
        host = (KEYS / "host.pub").read_text()
        known = asyncssh.import_known_hosts(f"[127.0.0.1]:{self._port} {host}")
        async with (
            asyncssh.connect(
                "127.0.0.1",
                self._port,
                username="northwind",
                client_keys=[str(KEYS / "user.key")],
                known_hosts=known,
                config=None,
                agent_path=None,
            ) as connection,
            connection.start_sftp_client() as session,
        ):
            while not self._stop.is_set():
                for name, data in list(self._wanted.items()):
                    await self._put(session, name, data)
                for name in sorted(map(str, await session.listdir("out"))):
                    if not name.startswith("."):
                        await self._get(session, name)
                await asyncio.sleep(0.1)

    async def _put(self, session: asyncssh.SFTPClient, name: str, data: bytes) -> None:
        if not await session.exists(f"in/{name}"):
            async with session.open(f"in/{name}.part", "wb") as file:
                await file.write(data)
            await session.posix_rename(f"in/{name}.part", f"in/{name}")
        del self._wanted[name]

    async def _get(self, session: asyncssh.SFTPClient, name: str) -> None:
        async with session.open(f"out/{name}", "rb") as file:
            data, told = await file.read(), (await file.stat()).size
            if len(data) == told:  # it is his, whether he hears of the end of the session or not
                found = sha(data)
                if self.fetched.setdefault(name, found) != found:
                    self.changed.append(name)
        await session.remove(f"out/{name}")


class Run:
    """One workspace, two partners, many processes."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.dice = random.Random(seed)
        self.port = free_port()
        self.count = 0
        self.outcome = Outcome()
        self.at_erp: Counter[str] = Counter()
        self.orders: set[str] = set()
        self.northwind = Northwind(self.port)

    def run(self, rounds: int) -> Outcome:
        """Kill it so many times, then let it finish."""
        (self.root / "remote").mkdir(parents=True)
        self.acme = Acme(self.root / "remote")
        with (
            sshd(self.root / "remote") as server,
            proxy(server.port, delay=ONE_WAY) as line,
        ):
            self._lay(line.port, server.user)
            self.northwind.start()
            try:
                for _ in range(rounds):
                    self._round()
                self._finish()
            finally:
                self.northwind.stop()
        self._count()
        return self.outcome

    def _lay(self, port: int, user: str) -> None:
        lines = [RETRY if line.startswith("retry:") else line for line in GATEWAY.splitlines()]
        text = "\n".join(lines).replace("{folder: erp/in}", "{folder: erp/in, stable_for: 0s}")
        server = f'{{listen: "127.0.0.1:{self.port}", host_keys: ["${{file:host.key}}"]}}'
        (self.root / "gateway.yaml").write_text(
            f"{text}\nhttp: {{listen: off}}\nmailboxes: {server}\n"
        )
        for name in ("acme-retail", "northwind"):
            (self.root / "partners" / name).mkdir(parents=True)
        host_key = " ".join((KEYS / "host.pub").read_text().split()[:2])
        acme = ACME.format(port=port, host_key=host_key, user=user)
        (self.root / "partners/_own.yaml").write_text(OWN)
        (self.root / "partners/acme-retail/partner.yaml").write_text(acme)
        (self.root / "partners/northwind/partner.yaml").write_text(NORTHWIND)
        shutil.copy(KEYS / "user.pub", self.root / "partners/northwind")
        for name in ("user.key", "host.key"):
            shutil.copy(KEYS / name, self.root)
            (self.root / name).chmod(0o600)
        for name in ("erp/in/invoice", "erp/out"):
            (self.root / name).mkdir(parents=True)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, __file__, "--process", str(self.root)]
        with (self.root / "server.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        if not process.stdout.readline():
            raise SystemExit((self.root / "server.log").read_text()[-2000:])
        return process

    def _round(self) -> None:
        """Some files, some time, and the end of the process."""
        process = self._started()
        until = time.monotonic() + self.dice.uniform(0.3, 4.0)
        for _ in range(4):
            self._feed()
            time.sleep(max(0.0, min(0.3, until - time.monotonic())))
            self._fetch()
        time.sleep(max(0.0, until - time.monotonic()))
        if process.poll() is not None:
            raise SystemExit((self.root / "server.log").read_text()[-2000:])
        process.kill()
        process.wait()
        self.outcome.kills += 1

    def _feed(self) -> None:
        self.count += 1
        number, many = self.count * 100, self.dice.choice((1, 1, 20))
        order = acme_orders(number, many)
        self.acme.give(order.name, order.data)
        self.orders |= {f"PO{each:07}" for each in range(number, number + many)}
        other = northwind_order(5_000_000 + number)
        self.northwind.give(other.name, other.data)
        self.orders.add(f"PO{5_000_000 + number:07}")
        invoice = erp_invoice(self.count, "real")
        hidden = self.root / invoice.folder / f".{invoice.name}.tmp"
        hidden.write_bytes(invoice.data)
        hidden.rename(self.root / invoice.folder / invoice.name)

    def _fetch(self) -> None:
        """The ERP and the partner take what they see."""
        self.acme.take()
        for path in (self.root / ERP_OUT).glob("*.csv"):
            with suppress(OSError):
                data = path.read_bytes()
                path.unlink()
                self.at_erp.update({found.decode() for found in FOUND_BY[ERP_OUT].findall(data)})

    def _finish(self) -> None:
        process = self._started()
        news, last = -1, time.monotonic()
        while time.monotonic() - last < PATIENCE:
            self._fetch()
            known = self.at_erp.total() + self.acme.came.total() + len(self.northwind.fetched)
            if known != news:
                news, last = known, time.monotonic()
            if len(self.at_erp) >= len(self.orders) and not self._open_ends():
                time.sleep(3)  # whoever doubles something has time to do it
                break
            time.sleep(0.2)
        self._fetch()
        process.terminate()
        process.wait(30)
        self._fetch()

    def _open_ends(self) -> bool:
        sent = self._rows("SELECT 1 FROM delivery WHERE state <> 'done' LIMIT 1")
        count = len(self._rows("SELECT 1 FROM delivery WHERE message IS NOT NULL"))
        invoices = sum(self.acme.came.values()) + len(self.northwind.fetched)
        return bool(sent or self.northwind.waits or self.acme.left()) or not (count and invoices)

    def _rows(self, query: str) -> list[tuple[str, ...]]:
        connection = sqlite3.connect(self.root / "var/gateway.db", timeout=30)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def _count(self) -> None:
        outcome = self.outcome
        for partner, given in (
            ("acme-retail", self.acme.given),
            ("northwind", self.northwind.given),
        ):
            # one that he put there once more, not knowing that it was there, replaces the first
            rows = self._rows(
                f"SELECT payload FROM message WHERE kind = 'file' AND partner = '{partner}' "
                "AND replaces IS NULL"
            )
            outcome.compare(f"from {partner}:", given, Counter(row[0] for row in rows))
        came = {"remote": self.acme.came, "mailbox": Counter(self.northwind.fetched.values())}
        for outlet, found in came.items():
            rows = self._rows(f"SELECT sha, name FROM delivery WHERE outlet = '{outlet}'")
            outcome.compare(f"by {outlet}:", dict(rows), found)
        outcome.compare("at the ERP:", {name: name for name in self.orders}, self.at_erp)
        outcome.truncated += self.northwind.changed
        outcome.lost += [f"left on the server: {name}" for name in self.acme.left()]
        numbers = self._rows("SELECT sha FROM delivery WHERE outlet = 'remote'")
        wanted = len(self.acme.given) + self.count  # an answer to each file, and an invoice each
        outcome.lost += [f"{wanted - len(numbers)} files for {ACME_OUT}"] * (len(numbers) < wanted)


def text(run: Run, seconds: float) -> str:
    """For a person."""
    outcome = run.outcome
    sent = run.acme.came.total() + len(run.northwind.fetched)
    given = len(run.acme.given) + len(run.northwind.given)
    lines = [
        f"{outcome.kills} kills in {seconds:.0f} s; {len(run.acme.given)} files picked up, "
        f"{len(run.northwind.given)} uploaded to us, {run.acme.came.total()} put there, "
        f"{len(run.northwind.fetched)} fetched from us, {len(run.orders)} orders at the ERP",
        f"lost {len(outcome.lost)}, doubled {len(outcome.doubled)}, "
        f"truncated {len(outcome.truncated)} of {given + sent} files",
    ]
    for name in ("lost", "doubled", "truncated"):
        lines += [f"  {name}: {each}" for each in getattr(outcome, name)[:10]]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """1 when a promise was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where a broken workspace is copied to")
    parser.add_argument("--process", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.process is not None:
        return work(options.process)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=folder_in_memory(), ignore_cleanup_errors=True) as folder:
        run = Run(Path(folder) / "site", options.seed)
        outcome = run.run(options.rounds)
        if not outcome.clean and options.keep:
            shutil.copytree(run.root, options.keep, dirs_exist_ok=True)
    print(text(run, time.monotonic() - began))
    return 0 if outcome.clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
