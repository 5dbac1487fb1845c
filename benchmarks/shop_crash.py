"""Kill a gateway between a faulty shop and the ERP, again and again, and count what is wrong.

    python benchmarks/shop_crash.py [--style woocommerce] [--rounds 30] [--seed 1] [--keep DIR]

A shop in the style of a platform lives on the loopback: one request in five fails, people buy,
change, cancel and return orders all the time, its webhooks (WooCommerce) come once or twice, out of
order, and never again when nobody answers. The ERP takes the orders it sees and ships them. The
gateway is a process of its own (``gateway serve``, SQLite and archive); it is killed (SIGKILL) at a
random moment in each round, and started again. In the end *lost* did not come to the ERP, *doubled*
came twice, *stale* is there as it was before its last change, *unheld* cannot be read and waits for
nobody, *told* is what buyers were told of parcels too often or never.
"""

from __future__ import annotations

import argparse
import base64
import hmac
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from sqlalchemy import select

from gateway.config import load_workspace
from gateway.documents import DespatchAdvice
from gateway.pipeline import Gateway
from gateway.store import Store
from gateway.store.tables import delivery
from tests.as2.peers.openas2.server import free_port
from tests.memory import folder_in_memory
from tests.pipeline.world import drop
from tests.shops.back.world import despatch, item
from tests.shops.faults.book import WallClock
from tests.shops.faults.crash import DOCUMENTS
from tests.shops.faults.found import Result
from tests.shops.faults.parcels import FORMS, written
from tests.shops.faults.plan import SECRET, SHOP, Plan, write_workspace
from tests.shops.faults.server import served
from tests.shops.faults.styles import STYLES
from tests.shops.faults.trading import Trade

KEY = "k-19-Yfaulty"
PATIENCE = 180.0
"""Seconds after which what is not there yet counts as lost."""
PROCESS = """\
from gateway.pipeline.dispatch import poison
poison.DEATHS = 10_000  # what is in work whenever it is killed would be held after five times
from gateway.cli.main import main
main()
"""
RETRY = {"first": "500ms", "factor": 2, "ceiling": "3s", "attempts": 1000, "jitter": 10}
SHIPPING = ("woocommerce", "shopify", "mirakl")


@dataclass
class Outcome:
    """What a run came to."""

    kills: int = 0
    result: Result | None = None
    files: list[str] = field(default_factory=list)
    """Files for the ERP that are missing, or came twice."""
    told: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.files or self.told) and self.result is not None and self.result.right


class Run:
    """One workspace, one shop, many processes."""

    def __init__(self, root: Path, style: str, seed: int) -> None:
        self.root = root
        self.port = free_port()
        self.random = random.Random(seed)
        self.outcome = Outcome()
        self.came: Counter[str] = Counter()
        self.shipped: dict[int, str] = {}
        """Tracking numbers by order."""
        self._stop = threading.Event()
        self._write: Callable[[DespatchAdvice], bytes]
        self._out: set[Path] = set()
        self._in = root
        plan = Plan(
            orders=10**9, burst=2, page=10, seed=seed, broken=0.01, every=timedelta(seconds=10),
            bulks=0, more=self._settings(style), house=self._house(),
        )  # fmt: skip
        self.trade = Trade(root, STYLES[style](), plan, WallClock())
        self.trade.shop.between = lambda: None

    def _settings(self, style: str) -> dict[str, Any]:
        found: dict[str, Any] = {"webhooks": {"secrets": [f"${{env:{SECRET}}}"]}}
        if style not in ("woocommerce", "shopify", "bigcommerce"):
            found = {}
        if style in SHIPPING:
            found["send"] = {"shipments": {"carriers": {"DHL": "dhl"}}}
        return found

    def _house(self) -> dict[str, Any]:
        listen = {"listen": f"127.0.0.1:{self.port}"}
        erp = {"formats": {**FORMS, "refund": "json"}}
        return {"http": listen, "retry": RETRY, "erp": erp, "poll": "1s"}

    def run(self, rounds: int) -> Outcome:
        """Kill it so many times, then let it finish."""
        threads = [threading.Thread(target=each) for each in (self._people, self._post)]
        with (
            served(self.trade.shop) as url,
            mock.patch.dict(os.environ, {SECRET: KEY}),
        ):
            write_workspace(self.root, self.trade.style, url, self.trade.plan)
            workspace, problems = load_workspace(self.root)
            if workspace is None or SHOP not in workspace.shops:
                raise SystemExit("\n".join(each.sentence for each in problems))
            self._out = {workspace.erp_out(each, test=False) for each in DOCUMENTS}
            self._in = workspace.erp_in("despatch", test=False)
            with Gateway.open(workspace) as gateway:
                self._write = partial(written, gateway)
            for each in threads:
                each.start()
            try:
                for _ in range(rounds):
                    self._round()
            finally:
                self._stop.set()
                for each in threads:
                    each.join()
            self._finish()
        return self.outcome

    # ---- what goes on meanwhile

    def _people(self) -> None:
        while not self._stop.wait(0.2):
            self.trade.people()

    def _post(self) -> None:
        """The shop calls once; whatever nobody answers is lost."""
        with httpx.Client(timeout=2) as client:
            while not self._stop.wait(0.02):
                for topic, _, delivery, body in self.trade.taken_hints():
                    proof = base64.b64encode(hmac.digest(KEY.encode(), body, "sha256")).decode()
                    headers = {
                        "X-WC-Webhook-Topic": topic,
                        "X-WC-Webhook-Delivery-ID": delivery,
                        "X-WC-Webhook-Signature": proof,
                        "Content-Type": "application/json",
                    }
                    with suppress(httpx.HTTPError):
                        client.post(
                            f"http://127.0.0.1:{self.port}/shops/{SHOP}/webhook",
                            content=body, headers=headers,
                        )  # fmt: skip

    def _erp(self) -> None:
        """It takes what it sees, and ships what is new to it."""
        for path in [path for folder in self._out for path in sorted(folder.glob("*.json"))]:
            if path.name.startswith("."):
                continue
            told = json.loads(path.read_text("utf-8"))
            path.unlink()
            self.came[path.name] += 1
            if path.name.startswith("order_") and self.trade.style.kind in SHIPPING:
                for order in told if isinstance(told, list) else [told]:
                    self._ship(str(order["number"]))

    def _ship(self, name: str) -> None:
        """One piece of every third order."""
        number = int("".join(each for each in name if each.isdigit()))
        if number % 3 or number in self.shipped:
            return
        self.shipped[number] = f"T-{number}-0"
        package = {"tracking": f"T-{number}-0", "items": [item(name, 1, "CH-01")]}
        advice = despatch(f"DN-{number}", [package], carrier={"name": "DHL"})
        drop(self._in, f"DN-{number}.json", self._write(advice))

    # ---- processes

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", PROCESS, "-w", str(self.root), "serve"]
        with (self.root / "server.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def _round(self) -> None:
        """Some time, and the end of the process."""
        process = self._started()
        until = time.monotonic() + self.random.uniform(1.0, 9.0)
        while time.monotonic() < until:
            time.sleep(0.2)
            self._erp()
        if process.poll() is not None:
            raise SystemExit((self.root / "server.log").read_text()[-2000:])
        process.kill()
        process.wait()
        self.outcome.kills += 1

    def _finish(self) -> None:
        process, until = self._started(), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            time.sleep(3)
            self._erp()
            self._compare()
            if self.outcome.clean:
                time.sleep(5)  # whoever doubles something has time to do it
                break
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        self._erp()
        self._compare()

    def _compare(self) -> None:
        outcome = self.outcome
        store = Store.open(f"sqlite:///{self.root}/var/gateway.db", self.root / "var/archive")
        try:
            outcome.result = self.trade.compare(store, 0)
            with store.read() as connection:
                files = select(delivery.c.name).where(delivery.c.purpose == "erp")
                planned = connection.scalars(files).all()
        finally:
            store.close()
        outcome.files = [f"{name} came {count} times" for name, count in self.came.items()
                         if count > 1]  # fmt: skip
        outcome.files += [f"{name} did not come" for name in planned if not self.came[name]]
        told = {number: self.trade.style.told(number) for number in self.shipped}
        outcome.told = [f"{number}: {told[number]}" for number, tracking in self.shipped.items()
                        if told[number] != [tracking]]  # fmt: skip


def text(run: Run, seconds: float) -> str:
    """For a person."""
    outcome, found = run.outcome, run.outcome.result
    assert found is not None
    counts = {
        "lost": found.lost, "doubled": found.doubled, "stale": found.stale,
        "unheld": found.unheld, "files": outcome.files, "told": outcome.told,
    }  # fmt: skip
    failed = sum(count for fault, count in found.requests.items() if fault != "fine")
    lines = [
        f"{run.trade.style.kind}: {outcome.kills} kills in {seconds:.0f} s; {found.orders} orders, "
        f"{found.changes} changes, {found.refunds} refunds, {found.broken} broken; "
        f"{sum(found.requests.values())} requests, {failed} failed; {len(run.came)} files at the "
        f"ERP, {len(run.shipped)} parcels",
        ", ".join(f"{name} {len(some)}" for name, some in counts.items()),
    ]
    lines += [f"  {name}: {each}" for name, some in counts.items() for each in some[:10]]
    return "\n".join(lines)


def main() -> int:
    """1 when a promise was broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--style", choices=sorted(STYLES), default="woocommerce")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where a broken workspace is copied to")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=folder_in_memory(), ignore_cleanup_errors=True) as folder:
        run = Run(Path(folder) / "site", options.style, options.seed)
        outcome = run.run(options.rounds)
        if not outcome.clean and options.keep:
            shutil.copytree(run.root, options.keep, dirs_exist_ok=True)
    print(text(run, time.monotonic() - began))
    return 0 if outcome.clean else 1


if __name__ == "__main__":
    sys.exit(main())
