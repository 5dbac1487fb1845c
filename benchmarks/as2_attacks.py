"""What attacks cost the gateway: memory and CPU of a server of its own, with limits by default.

    python benchmarks/as2_attacks.py [--only CLASS] [--write docs/reference/as2-security.md]

The attacks are those of the tests (``tests/as2/attacks/catalogue``), the large ones as large as the
default limits ask for. After each one a good message has to pass. Memory is the highest resident
size of the server while the attack lasted, above what it was before; CPU is the server's, without
the attacker's. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway.web.port import Address
from tests.as2.attacks.catalogue import everything
from tests.as2.attacks.forging import DOCUMENT, EDIFACT, envelope_of, part
from tests.as2.attacks.peak import Peak
from tests.as2.attacks.target import Attack, from_elsewhere, request
from tests.as2.interop.wire import Reply, call, call_in_pieces, connect, head
from tests.as2.receive.world import Posted, message

MANY = 200
"""Messages of an attack that needs many of them."""
LEAST = 0.02
"""Seconds of CPU: the system counts in hundredths."""
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"


@dataclass(frozen=True)
class Cost:
    """What an attack cost."""

    kind: str
    name: str
    answer: str
    memory: int
    """Bytes, at the highest point above the beginning."""
    cpu: float
    """Seconds."""
    good: float
    """Seconds until the good message after it was answered."""


def main() -> int:
    """Parent: attack a server, one class after the other; child: be that server."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="a class of attacks")
    options.add_argument("--write", type=Path, help="a page whose table is replaced")
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.child:
        return _serve(arguments.child)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (where, process):
        costs = []
        for attack in _all(arguments.only):
            costs.append(_measured(where, process, attack))
            print(_line(costs[-1]), flush=True)
    if arguments.write:
        _write(arguments.write, costs)
    return 0


def _all(only: str) -> Iterator[Attack]:
    for attack in (*everything.attacks(), *_many()):
        if only in attack.kind:
            yield attack


def _many() -> Iterator[Attack]:
    """Attacks that are many small messages; what they cost is for all of them."""
    posted = message()
    flipped = [
        posted.body[:place] + bytes((posted.body[place] ^ 1,)) + posted.body[place + 1 :]
        for place in range(len(posted.body) - 1, len(posted.body) - 1 - MANY, -1)
    ]
    yield Attack(
        "cms_oracle",
        f"{MANY} changed ciphertexts, each from another address",
        lambda: [_whole(replace(posted, body=body)) for body in flipped],
        "many",
    )
    inner = part(EDIFACT, DOCUMENT)
    keys = [envelope_of(inner, os.urandom(32), b"\0" + os.urandom(255)) for _ in range(MANY)]
    yield Attack(
        "pkcs1_oracle",
        f"{MANY} random numbers as keys, each from another address",
        lambda: [request(body) + body for body in keys],
        "many",
    )
    same = message()
    yield Attack("replay", f"one message {MANY} times", lambda: [_whole(same)] * MANY, "many")
    stranger = message().named(as2_from="NEMO")
    yield Attack(
        "enumeration",
        f"{MANY} unknown ids, each from another address",
        lambda: [_whole(stranger) for _ in range(MANY)],
        "many",
    )
    yield Attack(
        "slow_or_large", "40 callers with 20 MB each at the same time", lambda: [], "crowd"
    )
    yield Attack("slow_or_large", "40 callers who say nothing for 10 seconds", lambda: [], "silent")


def _whole(posted: Posted) -> bytes:
    told = f"X-Forwarded-For: {from_elsewhere()}"
    return head(posted.headers, told, length=len(posted.body)) + posted.body


def _twenty_megabytes() -> Iterator[bytes]:
    """A body that is nothing, for a channel where nothing is required."""
    yield request(b"", sender="ACME-OPEN", length=20_000_000)
    piece = os.urandom(100_000)
    for _ in range(200):
        yield piece


def _measured(where: Address, process: int, attack: Attack) -> Cost:
    pieces = list(attack.wire()) if attack.name != "chunks without end" else attack.wire()
    peak = Peak(process)
    peak.begin()
    answer = _carried_out(where, attack, pieces)
    memory, cpu = peak.growth, peak.seconds
    began = time.monotonic()
    good = call(where, _whole(message()))
    assert good.disposition == "processed", good
    return Cost(attack.kind, attack.name, answer, memory, cpu, time.monotonic() - began)


def _carried_out(where: Address, attack: Attack, pieces: Iterable[bytes]) -> str:
    if attack.answer == "silent":
        held = [connect(where) for _ in range(40)]
        ends = [sock.recv(1) for sock in held]
        assert ends == [b""] * 40
        return "hung up"
    if attack.answer == "crowd":
        with ThreadPoolExecutor(40) as pool:
            callers = [pool.submit(call_in_pieces, where, _twenty_megabytes()) for _ in range(40)]
            return _summed(each.result() for each in callers)
    if attack.answer == "many":
        return _summed(call(where, one) for one in pieces)
    got = call_in_pieces(where, pieces)
    answer = f"{got.status} {got.disposition}".strip()
    assert answer == attack.answer, (attack.name, answer)
    return answer


def _summed(answers: Iterable[Reply]) -> str:
    """All different answers."""
    return " / ".join(sorted({f"{got.status} {got.disposition}" for got in answers}))


def _line(cost: Cost) -> str:
    memory = f"{cost.memory / 1e6:.1f}" if cost.memory >= 50_000 else "–"
    cpu = f"{cost.cpu:.2f}" if cost.cpu >= LEAST else f"< {LEAST}"
    kind = cost.kind.replace("_", " ")
    return f"| {kind} | {cost.name} | {cost.answer} | {memory} | {cpu} |"


def _write(page: Path, costs: list[Cost]) -> None:
    """Put the table between its marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    slowest = max(cost.good for cost in costs)
    lines = [
        "| class | attack | answer | memory, MB | CPU, s |",
        "|---|---|---|--:|--:|",
        *map(_line, costs),
        "",
        f"{len(costs)} attacks. The good message after each one was answered within "
        f"{slowest:.2f} s.",
    ]
    page.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


# ---- the server ---------------------------------------------------------------------------------


@contextmanager
def served(folder: Path) -> Iterator[tuple[Address, int]]:
    """A server in a process of its own: where it is, and its number."""
    command = [sys.executable, __file__, "--child", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        yield Address(**json.loads(child.stdout.readline())), child.pid
        child.stdin.close()


def _serve(folder: Path) -> int:
    from tests.as2.attacks.target import world  # noqa: PLC0415 - the parent is the attacker
    from tests.as2.interop.gate import listening  # noqa: PLC0415

    rate = "rate: 100000"
    open_ = f"receive: {{signed: allowed, encrypted: allowed, {rate}}}"
    made = world(folder, f"receive: {{{rate}}}", open_)
    with listening(made.receiver) as where:
        print(json.dumps({"host": where.host, "port": where.port}), flush=True)
        sys.stdin.read()
    made.gateway.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
