"""What the gateway takes when it does nothing, how fast it starts, what it keeps in memory.

    python benchmarks/footprint.py [--seconds 20] [--messages 1000] [--importtime]

``gateway serve`` as users start it, on a workspace as ``gateway init`` makes it: seconds until it
says that it is watching (goal: 1 s), processor time while idle; and the memory of a process before
and after a thousand messages.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pipeline_traffic import Book
from benchmarks.pipeline_world import Member, load_of_machine, site_on
from benchmarks.throughput import burst
from gateway.cli.commands.init import write_workspace

GATEWAY = Path(sys.executable).with_name("gateway")
"""The command as it is installed beside this Python."""
WATCHING = b"watching"
GOAL = 1.0
STARTS = 5
TICKS = os.sysconf("SC_CLK_TCK")


def start(root: Path) -> tuple[subprocess.Popen[bytes], float]:
    """``gateway serve`` and the seconds until it says that it is watching."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(GATEWAY), "-w", str(root), "serve"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert process.stderr is not None
    said = b""
    for line in process.stderr:
        said += line
        if WATCHING in line:
            return process, time.perf_counter() - began
    raise RuntimeError(f"gateway serve ended: {said.decode(errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it as a supervisor does."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def processor(pid: int) -> float:
    """Seconds of processor time a process has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def starting(root: Path, *, split: bool) -> None:
    """Time to ready: the first start makes the database, the others find it."""
    times = []
    for _ in range(STARTS + 1):
        process, seconds = start(root)
        stop(process)
        times.append(seconds)
    print(f"  first start, makes the database   {times[0]:6.2f} s")
    print(f"  later starts, median of {STARTS}         {statistics.median(times[1:]):6.2f} s"
          f"   goal <= {GOAL:.0f} s")  # fmt: skip
    if split:
        _imports()


def _imports(most: int = 15) -> None:
    """The modules that take longest to load, all that they load included (milliseconds)."""
    command = [sys.executable, "-X", "importtime", "-c", "import gateway.cli.commands.serve"]
    told = subprocess.run(command, capture_output=True, check=True).stderr.decode()
    rows = re.findall(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)", told)
    for own, whole, _, name in sorted(rows, key=lambda row: -int(row[1]))[:most]:
        print(f"    {int(whole) / 1000:8.1f} ms, itself {int(own) / 1000:6.1f} ms  {name}")


def idle(root: Path, seconds: float) -> None:
    """Processor time of a process that waits for files."""
    process, _ = start(root)
    time.sleep(3)  # what is done once is done
    before = processor(process.pid)
    time.sleep(seconds)
    share = (processor(process.pid) - before) / seconds
    print(f"  idle for {seconds:.0f} s                      {share * 100:6.2f} % of one core")
    print(f"  memory while idle                 {memory(process.pid):6.0f} MB")
    stop(process)


def worked(kind: str, root: Path, messages: int) -> None:
    """Memory before and after messages."""
    with site_on(kind, root) as site:
        member: Member = site.add("runner")
        site.start()
        book = Book(site.root)
        burst(site, book, 20, 1, 9_000_000)
        before = memory(member.pid)
        middle = 0.0
        for first in (1, messages // 2 + 1):
            burst(site, book, messages // 2, 1, first)
            middle = middle or memory(member.pid)
        after = memory(member.pid)
    print(f"  {kind}: {before:.0f} MB, after {messages // 2} messages {middle:.0f} MB, "
          f"after {messages} {after:.0f} MB", flush=True)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Always 0: a benchmark has no verdict."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="how long to watch it idle")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--importtime", action="store_true", help="what takes long to load")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=None)
    options = parser.parse_args(arguments)
    print(f"gateway serve on SQLite; {load_of_machine()}")
    with tempfile.TemporaryDirectory() as folder:
        write_workspace(Path(folder))
        starting(Path(folder), split=options.importtime)
        idle(Path(folder), options.seconds)
    print("memory of a process that looks into folders and works, the product's maps:")
    for kind in ("sqlite", "postgresql"):
        if options.database in (None, kind):
            with tempfile.TemporaryDirectory() as folder:
                worked(kind, Path(folder), options.messages)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
