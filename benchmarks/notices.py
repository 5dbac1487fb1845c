"""Notices of alarms to a server that takes some and cuts the line before it answers.

No notice may be lost. One whose answer did not arrive is sent again, under the same key, so that
the receiver can tell; under another key it would be doubled.
"""

from __future__ import annotations

import http.server
import random
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.faults import Outcome
from benchmarks.pipeline_world import site_on, until
from gateway.store import NewDelivery, Store, contents, deliveries

LANE = "alarm/webhook"
PATIENCE = 200.0
BEHAVIOURS = ("answers", "cuts before", "cuts after", "is busy")
BAD = 2
"""Attempts of a notice that may go wrong; retries of notices are minutes apart before long."""


class Receiver(http.server.ThreadingHTTPServer):
    """Counts notices by key; how it behaves is a matter of dice."""

    daemon_threads = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.dice = random.Random(seed)
        self.tries: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        """By key: how often a whole notice arrived."""
        self.bodies: dict[str, list[bytes]] = {}
        """By key: the different texts that came under it."""
        self.hits: Counter[str] = Counter()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        """Take a notice, and answer, cut the line, or refuse."""
        body = self.rfile.read(int(self.headers["content-length"]))
        key = self.headers["webhook-id"].rpartition(":")[0]  # the rest is of the body's hash
        self.server.tries[key] += 1
        behaviour = "answers"
        if self.server.tries[key] <= BAD:
            behaviour = self.server.dice.choice(BEHAVIOURS)
        self.server.hits[behaviour] += 1
        self.close_connection = True
        if behaviour == "cuts before":
            return
        if behaviour == "is busy":
            self.send_response(503)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        self.server.taken[key] += 1
        known = self.server.bodies.setdefault(key, [])
        known += [] if body in known else [body]
        if behaviour == "answers":
            self.send_response(204)
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def run_notices(kind: str, root: Path, count: int, seed: int) -> Outcome:
    """Send ``count`` notices, the process killed with SIGKILL in between."""
    receiver, dice = Receiver(seed), random.Random(seed)
    thread = threading.Thread(target=receiver.serve_forever, daemon=True)
    thread.start()
    began, extra = time.monotonic(), f"alarms: {{webhook: {{url: '{receiver.url}'}}}}"
    with site_on(kind, root, extra=extra) as site:
        site.prepare()
        store = Store.open(site.workspace.database, site.workspace.archive)
        _plan(store, count)
        store.close()
        runner = site.add("runner")
        site.start()
        keys = {f"alarm:{number}" for number in range(count)}
        due = "SELECT count(*) FROM delivery WHERE due IS NOT NULL"
        kills = 0
        while not until(lambda: site.query(due) == [(0,)], dice.uniform(1, 3)):
            if time.monotonic() - began > PATIENCE:
                break
            if kills < 10:
                runner.kill9()
                runner.start()
                kills += 1
        left = site.query("SELECT key, state FROM delivery WHERE state <> 'done'") or []
    receiver.shutdown()
    receiver.server_close()
    hits = receiver.hits + Counter({"runner": kills})
    changed = [f"{key} came with two texts" for key, seen in receiver.bodies.items() if seen[1:]]
    lost = sorted(keys - set(receiver.taken))
    unknown = sorted(set(receiver.taken) - keys)
    return Outcome(
        hits, count, lost, [*unknown, *changed], list(map(str, left)),
        seconds=time.monotonic() - began,
    )  # fmt: skip


def _plan(store: Store, count: int) -> None:
    at = store.clock()
    with store.write() as connection:
        for number in range(count):
            body = b'{"type":"test","number":%d}' % number
            contents.put(connection, [body])
            planned = NewDelivery(
                key=f"alarm:{number}",
                message=None,
                purpose="alarm",
                lane=LANE,
                outlet="webhook",
                folder="webhook",
                name=f"{number}",
                sha=contents.sha_of(body),
                due=at,
            )
            deliveries.add(connection, [planned], at)
