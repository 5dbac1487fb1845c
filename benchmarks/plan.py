"""What `gateway plan` costs, in seconds of one CPU: messages judged twice, partners compared.

    python benchmarks/plan.py [--messages 1000] [--partners 1000]

Messages are orders of 40 lines (8 kB), ten in a file, and invoices of the ERP. What differs is one
row of a map that all of them use. Partners are those of `many_partners.py`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.many_partners import house
from benchmarks.orders import interchange
from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace
from gateway.config.data import installed
from gateway.config.difference import Sides, difference
from gateway.config.translation import Translation
from gateway.pipeline import Gateway
from gateway.pipeline.plan import Plan, archive, baseline, plan

IN_FILE = 10
ORDERS_MAP = installed() / "mappings/edifact/orders.map"
CSV_MAP = installed() / "mappings/csv/invoice.map"
PARTNER = "partners/partner-0003/partner.yaml"


def load(root: Path) -> Workspace:
    """The files. Raises ``RuntimeError``."""
    workspace, problems = load_workspace(root)
    if workspace is None:
        raise RuntimeError("\n".join(map(str, problems)))
    return workspace


# ---- stored messages


def filled(root: Path, messages: int) -> None:
    """A shop through which that many orders went."""
    write_workspace(root)
    inbox = root / "var/partners/acme-retail/in"
    inbox.mkdir(parents=True)
    for number in range(messages // IN_FILE):
        data = b"".join(interchange(IN_FILE, seed=number))
        data = data.replace(b"+260517:0930+1+", b"+260517:0930+%d+" % (number + 1))
        data = data.replace(b"UNZ+10+1'", b"UNZ+10+%d'" % (number + 1))
        path = inbox / f"{number}.edi"
        path.write_bytes(data)
        os.utime(path, (1_700_000_000, 1_700_000_000))
    with Gateway.open(load(root)) as gateway:
        gateway.run_once()


def judged(root: Path, limit: int) -> tuple[Plan, float]:
    """The plan of the files as they are, and its seconds."""
    wanted = load(root)
    with Gateway.open(wanted, draft=True) as gateway:
        before = baseline(gateway.house, wanted)
        running = replace(
            gateway.house,
            workspace=before.workspace,
            translation=Translation(before.workspace),
        )
        began = time.process_time()
        made = plan(running, wanted, days=timedelta(days=30), limit=limit)
        return made, time.process_time() - began


def speed(folder: Path, messages: int) -> None:
    """Messages a second; with few and with many of them, which tells what grows."""
    root = folder / "shop"
    filled(root, messages)
    changed = ORDERS_MAP.read_text("utf-8").replace("DTM+2  ", "DTM+64 ", 1)
    changed = changed.replace(
        "delivery.earliest      <->  DTM+64 ", "delivery.earliest  <-> DTM+2 "
    )
    target = root / "mappings/edifact/orders.map"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(changed, "utf-8")
    archive.MOST = max(archive.MOST, messages)
    for limit in (1, messages // 10, messages):
        made, seconds = judged(root, limit)
        count = made.archive.judged if made.archive is not None else 0
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"{count:6} messages of 40 lines by two rules: {seconds:6.2f} s, "
            f"{count / seconds:6.1f} messages/s, {peak} MB; {made.summary}"
        )


# ---- many partners


def compared(folder: Path, partners: int) -> None:
    """Two configurations of many partners beside each other, without stored messages."""
    running, files = folder / "running", folder / "files"
    running.mkdir()
    house(running, partners)
    shutil.copytree(running, files)
    old = load(running)
    maps = Translation(old)
    edits = {
        "nothing": {},
        "a setting of one partner": {
            PARTNER: (files / PARTNER).read_text("utf-8").replace("mode: live", "mode: test", 1)
        },
        "a parent of 300 partners": {
            "partners/_like/retail.yaml": (files / "partners/_like/retail.yaml")
            .read_text("utf-8")
            .replace("mode: live", "mode: test", 1)
        },
        "a map that 800 use": {
            "mappings/edifact/orders.map": ORDERS_MAP.read_text("utf-8").replace(
                "RFF+CT.1154", "RFF+AAK.1154"
            )
        },
    }
    for name, edit in edits.items():
        for path, text in edit.items():
            (files / path).parent.mkdir(parents=True, exist_ok=True)
            (files / path).write_text(text, "utf-8")
        new, _ = load_workspace(files, previous=old)
        assert new is not None
        began = time.process_time()
        found = difference(Sides(old, new, maps, Translation(new)))
        seconds = time.process_time() - began
        touched = len(found.touched)
        for path in edit:
            (files / path).unlink()
            if (running / path).exists():
                shutil.copy2(running / path, files / path)
        print(
            f"{partners} partners, {name:26} {seconds:6.2f} s: {len(found.changes)} changes, "
            f"{touched} agreements touched"
        )


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1000)
    options.add_argument("--partners", type=int, default=1000)
    given = options.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="plan-") as folder:
        if given.messages:
            speed(Path(folder), given.messages)
        if given.partners:
            compared(Path(folder), given.partners)


if __name__ == "__main__":
    main()
