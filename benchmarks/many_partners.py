"""A house with a thousand partners: what checking its settings costs.

    python benchmarks/many_partners.py [--partners 1000] [--keep DIR]

Every partner has six agreements. Of ten partners three have nothing of their own but identities
and the name of a parent, one has an overlay of his own, one an overlay as others have it, one a
guide of his own, one a guide as others have it, one a code list, one speaks X12, one D.01B. Each
check is a new process, as an administrator starts it. Goals: 10 s cold, 1 s after a change of one
file.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.config.data import installed

GATEWAY = Path(sys.executable).with_name("gateway")
GUIDE = installed() / "partners" / "acme-retail" / "guides" / "orders.yaml"
AGREEMENTS = (
    ("order", "inbound"),
    ("orderchange", "inbound"),
    ("inventory", "inbound"),
    ("orderresponse", "outbound"),
    ("despatch", "outbound"),
    ("invoice", "outbound"),
)
CHANGES = (
    "partner-0000/partner.yaml",
    "partner-0003/orders.map",
    "partner-0005/orders.yaml",
)
COLD, CHANGED = 10.0, 1.0
LOAD = (
    "import sys,time,resource;from pathlib import Path;from gateway.config import load_workspace;"
    "b=time.perf_counter();w,p=load_workspace(Path(sys.argv[1]));t=time.perf_counter();"
    "load_workspace(Path(sys.argv[1]),previous=w);n=time.perf_counter();"
    "m=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
    "print(f'{t-b:.2f} s, again with what was known {n-t:.2f} s, {m//1024} MB, {len(p)} problems')"
)


def gln(number: int) -> str:
    """A Global Location Number with its check digit (GS1 General Specifications §7.9)."""
    body = f"40{number:010d}"
    total = sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def house(root: Path, partners: int) -> None:
    """Write the workspace."""
    shutil.copy(installed() / "gateway.yaml", root / "gateway.yaml")
    folder = root / "partners"
    like = folder / "_like"
    like.mkdir(parents=True)
    (folder / "_own.yaml").write_text(
        "schema: 1\nname: Our Company\nidentities:\n  gln: 4098765000003\n"
        "  edifact: {id: 4098765000003, qualifier: 14}\n  x12: {id: OURCOMPANY, qualifier: ZZ}\n"
        "defaults:\n  references: {gap: warn}\n",
        encoding="utf-8",
    )
    shared = {"retail": "EDIFACT D.96A EAN008", "newer": "EDIFACT D.01B EAN010"}
    for name, standard in shared.items():
        rows = [_row(document, direction, standard) for document, direction in AGREEMENTS]
        (like / f"{name}.yaml").write_text(_channel("{partner}") + _list(rows), encoding="utf-8")
    for number in range(partners):
        _partner(folder, number)


def _partner(folder: Path, number: int) -> None:
    name, sort = f"partner-{number:04d}", number % 10
    here = folder / name
    here.mkdir()
    if sort == 8:
        identity = f"x12: {{id: PARTNER{number}, qualifier: ZZ}}"
    else:
        identity = f"edifact: {{id: {gln(number)}, qualifier: 14}}"
    text = (
        f"schema: 1\npartner: {name}\nname: Partner {number} (example)\nidentities:\n"
        f'  gln: {gln(number)}\n  {identity}\n  erp: {{customer: "{number:010d}"}}\n'
    )
    if sort < 3 or sort == 9:
        text += f"like: {'newer' if sort == 9 else 'retail'}\n"
    else:
        text += _channel(name)
        standard = "X12 004010" if sort == 8 else "EDIFACT D.96A EAN008"
        rows = [
            _row(document, direction, standard, _extra(sort, document))
            for document, direction in AGREEMENTS
        ]
        text += _list(rows)
    if sort in (3, 4):
        own = f"replace note <-> FTX+AAI.4440#* wrapped  # {name}\n" if sort == 3 else ""
        here.joinpath("orders.map").write_text(
            f"overlay edifact/orders.map\nreplace delivery.on <-> DTM+69 date\n{own}",
            encoding="utf-8",
        )
    if sort in (5, 6):
        guide = GUIDE.read_text(encoding="utf-8")
        if sort == 5:
            guide = guide.replace("max: 999", f"max: {number + 1}")
        here.joinpath("orders.yaml").write_text(guide, encoding="utf-8")
    if sort == 7:
        text += "codes: {unit: unit.csv}\n"
        here.joinpath("unit.csv").write_text(
            f"canonical,edifact,label\npiece,P{number % 90 + 10},Piece\n", encoding="utf-8"
        )
    here.joinpath("partner.yaml").write_text(text, encoding="utf-8")


def _extra(sort: int, document: str) -> str:
    if document != "order":
        return ""
    return {3: "mapping: orders.map", 4: "mapping: orders.map"}.get(
        sort, "guide: orders.yaml" if sort in (5, 6) else ""
    )


def _channel(name: str) -> str:
    return (
        "channels:\n  main:\n    kind: folder\n"
        f'    receive: {{folder: "var/partners/{name}/in", match: "*.edi"}}\n'
        f'    send: {{folder: "var/partners/{name}/out"}}\n'
    )


def _row(document: str, direction: str, standard: str, extra: str = "") -> str:
    acknowledge = "contrl" if "EDIFACT" in standard else "997"
    more = f"    {extra}\n" if extra else ""
    return (
        f"  - document: {document}\n    direction: {direction}\n    standard: {standard}\n"
        f"    mode: live\n{more}    acknowledge: {{syntax: {acknowledge}}}\n"
    )


def _list(rows: list[str]) -> str:
    return "agreements:\n" + "".join(rows)


def timed(*command: str) -> tuple[str, str]:
    """What a new process took, and the last line of what it said.

    On a machine that others use, too, the seconds of the processor say more than those of the
    clock; with two processors a cold check takes about half of them.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = (done.stdout + done.stderr).strip().splitlines()[-1]
    return f"{seconds:6.2f} s, processor {processor:5.2f} s, exit {done.returncode}", said


def main() -> None:
    """Make the house and print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--partners", type=int, default=1000)
    options.add_argument("--keep", type=Path, help="make the workspace there, and leave it")
    given = options.parse_args()
    root = given.keep or Path(tempfile.mkdtemp(prefix="many-partners-"))
    root.mkdir(parents=True, exist_ok=True)
    house(root, given.partners)
    print(f"{given.partners} partners, {6 * given.partners} agreements, {os.cpu_count()} CPUs")
    print("load_workspace:", timed(sys.executable, "-c", LOAD, str(root))[1])
    check = [str(GATEWAY), "-w", str(root), "check"]
    took, said = timed(*check, "--fresh")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"check, cold (goal {COLD:.0f} s)          {took}, {peak} MB, {said}")
    print(f"check, nothing changed          {timed(*check)[0]}")
    for name in CHANGES:
        with (root / "partners" / name).open("a", encoding="utf-8") as text:
            text.write("# touched\n")
        print(f"check (goal {CHANGED:.0f} s), {name:24} {timed(*check)[0]}")
    if given.keep is None:
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
