"""Parse, and parse + full check, beside other engines in one run; peak memory by size.

    python benchmarks/engine.py                             # pydifact, which `make test` installs
    python benchmarks/engine.py --staedi staedi-1.25.2.jar  # and StAEDI (Java 17 on the path)
    python benchmarks/engine.py --pyx12 FOLDER_OF_X12_FILES # and pyx12, if it is installed
    python benchmarks/engine.py --memory 1 10 100 1000      # MB; only ours is asked above 100

CPU time, interleaved rounds, medians: absolute figures move with the machine, ratios in one run do
not. StAEDI runs warm (20 rounds before it is timed) with our own grammar written as its schema. The
jar is ``mvn dependency:get -Dartifact=io.xlate:staedi:1.25.2``, pyx12 is ``pip install pyx12``.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import orders, purchase_orders
from benchmarks.staedi.schema import schema
from gateway import syntax
from gateway.grammar import Library, MessageGrammar, read
from gateway.grammar.guide import Guides, read_with_guide
from gateway.syntax.part import Kind

HERE = Path(__file__).parent
WARM, ROUNDS = 20, 11
"""Of StAEDI."""
BLOCK = 256 * 1024


@dataclass(frozen=True)
class Subject:
    """A file in one standard, and the grammar it is checked by."""

    title: str
    data: bytes
    grammar: MessageGrammar


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--messages", type=int, default=122, help="messages in the interchange")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--staedi", type=Path, metavar="JAR")
    options.add_argument("--pyx12", type=Path, metavar="FOLDER")
    options.add_argument("--memory", type=int, nargs="*", metavar="MB", default=[])
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.child:
        return _child(*arguments.child)
    for subject in _subjects(arguments.messages):
        works = _works(subject)
        times = interleaved(works, subject.data, arguments.rounds)
        if arguments.staedi:
            times |= _staedi(subject, arguments.staedi)
        if arguments.pyx12 and subject.grammar.standard == "x12":
            rate = _pyx12(arguments.pyx12, arguments.rounds)
            times["pyx12, parse + check of its own documents"] = len(subject.data) / 1e6 / rate
        _print(subject, times)
    if arguments.memory:
        _memory(arguments.memory)
    return 0


def _subjects(messages: int) -> Iterator[Subject]:
    library = Library()
    for title, make, key in (
        ("ORDERS D.96A of 40 lines", orders.interchange, ("edifact", "D96A", "ORDERS")),
        ("850 004010 of 40 lines", purchase_orders.interchange, ("x12", "004010", "850")),
    ):
        grammar = library.message(*key)
        assert grammar is not None
        yield Subject(title, b"".join(make(messages)), grammar)


def _works(subject: Subject) -> dict[str, Callable[[bytes], None]]:
    works: dict[str, Callable[[bytes], None]] = {
        "parse": _parse,
        "parse + check": partial(_check, subject.grammar),
    }
    if subject.grammar.standard == "edifact":
        works["parse + check by the guide eancom1997"] = _by_guide()
        works["parse + check of refused messages"] = _refusing(subject.grammar)
        works["pydifact, parse"] = pydifact
    return works


def _by_guide() -> Callable[[bytes], None]:
    guides = Guides(Library())
    path = guides.find("eancom1997", "ORDERS")
    assert path is not None
    guide, problems = guides.load(path, shown="eancom1997")
    assert guide is not None, problems

    def work(data: bytes) -> None:
        for part in syntax.read([data]):
            if part.kind is Kind.MESSAGE:
                read_with_guide(part, guide)

    return work


def _refusing(grammar: MessageGrammar) -> Callable[[bytes], None]:
    """A code that is too long: one finding in each message."""

    def work(data: bytes) -> None:
        for part in syntax.read([data.replace(b"BGM+220+", b"BGM+2200+")]):
            if part.kind is Kind.MESSAGE:
                assert len(read(part, grammar).problems) == 1

    return work


def _parse(data: bytes) -> None:
    for _ in syntax.read([data]):
        pass


def _check(grammar: MessageGrammar, data: bytes) -> None:
    for part in syntax.read([data]):
        if part.kind is Kind.MESSAGE:
            assert not read(part, grammar).problems


def pydifact(data: bytes) -> None:
    from pydifact.segmentcollection import Interchange  # noqa: PLC0415 - the peer is optional

    warnings.simplefilter("ignore")
    parsed = Interchange.from_str(data.decode("latin-1"))
    for each in parsed.get_messages():
        for _ in each.segments:
            pass


def interleaved(
    works: dict[str, Callable[[bytes], None]], data: bytes, rounds: int
) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work(data)
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work(data)
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def _staedi(subject: Subject, jar: Path) -> dict[str, float]:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        file, table = Path(folder) / "interchange", Path(folder) / "schema.xml"
        file.write_bytes(subject.data)
        table.write_text(schema(subject.grammar), encoding="utf-8")
        for name, by in (("StAEDI, parse", "-"), ("StAEDI, parse + check", str(table))):
            source = str(HERE / "staedi" / "Bench.java")
            command = ["java", "-cp", str(jar), source, str(file), by, str(WARM), str(ROUNDS)]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds, errors = run.stdout.split()
            assert errors == "0", f"{name}: {errors} errors\n{run.stderr}"
            found[name] = float(seconds)
    return found


def _pyx12(folder: Path, rounds: int) -> float:
    """MB/s over its own documents, each grown to many sets: loading its maps must not count."""
    import io  # noqa: PLC0415
    import logging  # noqa: PLC0415

    import pyx12.params  # type: ignore[import-not-found] # noqa: PLC0415 - the peer is optional
    import pyx12.x12n_document  # type: ignore[import-not-found] # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    texts = [path.read_text(encoding="ascii", errors="replace") for path in folder.iterdir()]
    grown = [text for text in map(_grown, sorted(texts)) if text]
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        for text in grown:
            params = pyx12.params.params()
            pyx12.x12n_document.x12n_document(params, io.StringIO(text), io.StringIO(), None)
        taken.append(time.process_time() - start)
    return sum(map(len, grown)) / 1e6 / statistics.median(taken)


def _grown(text: str, sets: int = 60) -> str:
    """A document with one transaction set as one with many; empty where that does not go."""
    one = re.fullmatch(
        r"(ISA.*?~\s*GS\*.*?~\s*)(ST\*\d+\*)(\d+)(.*?~\s*SE\*\d+\*)\3(~\s*GE\*)1(\*.*)",
        text.strip(),
        re.DOTALL,
    )
    if one is None:
        return ""
    head, start, _, body, end, tail = one.groups()
    many = "~\n".join(f"{start}{number:04}{body}{number:04}" for number in range(1, sets + 1))
    return f"{head}{many}{end}{sets}{tail}"


def _print(subject: Subject, times: dict[str, float]) -> None:
    size = len(subject.data) / 1e6
    print(f"\n{subject.title}, {size:.2f} MB")
    peers = [name for name in times if "," in name]
    heads = "".join(f"{'x ' + name.replace(', ', ' '):>28.28}" for name in peers)
    print(f"{'':44}{'MB/s':>8}{heads}")
    for name, seconds in times.items():
        ratios = "".join(f"{times[peer] / seconds:28.1f}" for peer in peers)
        print(f"{name:44}{size / seconds:8.2f}{ratios}")


# ---- memory -------------------------------------------------------------------------------------


def _memory(sizes: Sequence[int]) -> None:
    print(f"\n{'peak memory, MB':30}{'file MB':>10}{'s':>9}{'MB/s':>8}{'peak':>8}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "interchange"
        for size in sizes:
            with path.open("wb") as file:
                file.writelines(orders.interchange(size * 1_000_000 // 7290))
            for who in ("parse + check", "pydifact, parse") if size <= 100 else ("parse + check",):
                command = [sys.executable, __file__, "--child", who, str(path)]
                run = subprocess.run(command, check=True, capture_output=True, text=True)
                print(f"{who:30}{path.stat().st_size / 1e6:10.1f}{run.stdout}", end="", flush=True)


def _child(who: str, path: str) -> int:
    start = time.process_time()
    if who == "parse + check":
        grammar = Library().message("edifact", "D96A", "ORDERS")
        assert grammar is not None
        with Path(path).open("rb") as file:
            for part in syntax.read(iter(partial(file.read, BLOCK), b"")):
                if part.kind is Kind.MESSAGE:
                    assert not read(part, grammar).problems
    else:
        pydifact(Path(path).read_bytes())
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text(encoding="ascii").split()
    peak = int(status[status.index("VmHWM:") + 1]) / 1024  # ru_maxrss has the parent's in it
    print(f"{seconds:9.1f}{Path(path).stat().st_size / 1e6 / seconds:8.2f}{peak:8.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
