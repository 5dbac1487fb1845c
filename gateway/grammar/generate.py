"""Make the grammar files from tables of structure facts.

    python -m gateway.grammar.generate FACTS_DIR OUT_DIR

FACTS_DIR holds ``edifact/dir/D.96A.json``, ``edifact/codes.tsv``, ``edifact/service.json``,
``edifact/eancom/*.json``, ``x12/004010.json``, ``x12/codes_004010.tsv``, ``x12/envelope.json``.
Only what the messages below use is written, and only facts: numbers, forms, status, repetitions,
nesting, code values; no name and no description of a standards body.

The form of the files: :mod:`gateway.grammar.text`.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

EDIFACT_DIRECTORIES = (
    *("D93A", "D96A", "D96B", "D97A", "D97B", "D98A", "D98B", "D99A", "D99B"),
    *("D00A", "D01B", "D03B", "D07A", "D10A", "D11A", "D21B"),
)
EDIFACT_MESSAGES = (
    *("APERAK", "DELFOR", "DELJIT", "DESADV", "INVOIC", "INVRPT", "ORDCHG", "ORDERS", "ORDRSP"),
    *("PARTIN", "PRICAT", "RECADV", "REMADV", "SLSRPT"),
)
X12_DIRECTORIES = ("003040", "003050", "003060", "004010", "004030", "005010", "006020")
X12_MESSAGES = (
    *("810", "820", "824", "832", "846", "850", "852", "855", "856", "860", "864", "865", "880"),
    *("940", "945", "997", "999"),
)

OPEN_LISTS: Mapping[str, frozenset[str]] = {
    "edifact": frozenset(
        ("1131", "3055", "0007", "0051", "0052", "0054", "0057", "0065", "0110", "0113")
    ),
    "x12": frozenset({"I05", "480", "103"}),
}
"""Elements whose list is not checked, because partners and agencies add to it themselves:
1131 and 3055 (who keeps a list, and which), the identification qualifiers 0007 and I05 (the
agreement decides about identities), and what names a message or release in UNH, AK1 and OTI
(0051 … 0113, 480: the library decides); 103 joins two codes to one value (``CTN25``)."""

X12_REPEATS: Mapping[tuple[str, str], int] = {("CTX", "C998"): 10}
"""Elements that repeat within a segment; the facts do not tell for X12."""

X12_OPTIONAL = frozenset({("PER", 7), ("PER", 8)})
"""Positions that one source of 003050 has as mandatory behind optional ones, against all others."""


class Writer:
    """The tables of one directory, reduced to what is used."""

    def __init__(self, folder: Path, title: str) -> None:
        self.folder = folder
        self.title = title
        self.segments: dict[str, str] = {}
        self.composites: dict[str, str] = {}
        self.elements: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def message(self, name: str, lines: Sequence[str], functional_group: str = "") -> None:
        """Write the tree of a message."""
        head = f"# {self.title} {name} {functional_group}".rstrip()
        self._write(name, [head, *lines])

    def tables(self, codes: Mapping[str, Iterable[str]]) -> None:
        """Write the tables; of the code lists those of the elements used."""
        for name in ("segments", "composites", "elements"):
            table: dict[str, str] = getattr(self, name)
            if table:
                rows = [f"{key} {table[key]}".rstrip() for key in sorted(table, key=_order)]
                self._write(name, [f"# {self.title} {name}", *rows])
        lists = [
            textwrap.fill(
                " ".join([number, *sorted(set(codes[number]))]),
                width=100,
                subsequent_indent="  ",
                break_on_hyphens=False,
                break_long_words=False,
            )
            for number in sorted(self.elements, key=_order)
            if codes.get(number)
        ]
        if lists:
            self._write("codes", [f"# {self.title} codes", *lists])

    def _write(self, name: str, lines: Iterable[str]) -> None:
        text = "\n".join(lines) + "\n"
        (self.folder / f"{name}.txt").write_text(text, encoding="utf-8")


def _order(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isdigit() else (-1, key)


def _tree(nodes: Sequence[Sequence[Any]], level: int = 0) -> list[str]:
    lines = []
    for tag, status, most, *rest in nodes:
        children = rest[-1] if rest and isinstance(rest[-1], list) else None
        name = f"{tag.removeprefix('L:')}:" if children else tag
        lines.append(f"{'  ' * level}{name} {status} {most or '*'}")
        if children:
            lines += _tree(children, level + 1)
    return lines


def _tags(nodes: Sequence[Sequence[Any]]) -> set[str]:
    tags: set[str] = set()
    for tag, _, _, *rest in nodes:
        children = rest[-1] if rest and isinstance(rest[-1], list) else None
        tags |= _tags(children) if children else {tag}
    return tags


# EDIFACT


def edifact(facts: Path, out: Path) -> None:
    """Directories, and the service segments of syntax versions 3 and 4."""
    values = _edifact_codes(facts / "edifact" / "codes.tsv")
    added = _eancom_codes(facts / "edifact" / "eancom")
    order = (facts / "edifact" / "code_directories.txt").read_text(encoding="utf-8").split()
    for name in EDIFACT_DIRECTORIES:
        dotted = f"{name[0]}.{name[1:]}"
        data = _load(facts / "edifact" / "dir" / f"{dotted}.json")
        writer = Writer(out / "edifact" / name, f"edifact {name}")
        for message in EDIFACT_MESSAGES:
            if message in data["messages"]:
                nodes = data["messages"][message]
                writer.message(message, _tree(nodes))
                for tag in _tags(nodes) & data["segments"].keys():
                    _edifact_segment(tag, data, writer)
        lists = _codes_of(dotted, values, order)
        writer.tables({number: [*codes, *added.get(number, ())] for number, codes in lists.items()})
    service = _load(facts / "edifact" / "service.json")["syntax"]
    for version in ("3", "4"):
        _edifact_service(service[version], version, out)


def _edifact_segment(tag: str, data: Mapping[str, Any], writer: Writer) -> None:
    parts = []
    for number, status, repeat in data["segments"][tag]:
        parts.append(_part(number, status, repeat))
        if number in data["composites"]:
            inner = data["composites"][number]
            writer.composites[number] = " ".join(_part(n, s) for n, s in inner)
            simple = [n for n, _ in inner]
        else:
            simple = [number]
        for one in simple:
            writer.elements[one] = data["elements"][one][0]
    writer.segments[tag] = " ".join(parts)


def _part(number: str, status: str, repeat: int = 1) -> str:
    return f"{number}{'!' * (status == 'M')}{f'*{repeat}' * (repeat > 1)}"


def _edifact_service(data: Mapping[str, Any], version: str, out: Path) -> None:
    writer = Writer(out / "edifact" / f"service{version}", f"edifact service{version}")
    for tag, elements in data["segments"].items():
        parts = []
        for number, status, form in (entry[:3] for entry in elements):
            parts.append(_part(number, status))
            if isinstance(form, list):
                writer.composites[number] = " ".join(_part(n, s) for n, s, _ in form)
                writer.elements.update({n: f for n, _, f in form})
            else:
                writer.elements[number] = form
        writer.segments[tag] = " ".join(parts)
    writer.message("CONTRL", _tree(data["CONTRL"]))
    lists = {**data["codes"], **data.get("codes_unsl_d96a", {})}
    writer.tables(
        {n: [v for v, _ in rows] for n, rows in lists.items() if n not in OPEN_LISTS["edifact"]}
    )


def _edifact_codes(path: Path) -> list[tuple[str, str, str]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(number, code, ranges) for number, code, _, ranges in rows]


def _eancom_codes(folder: Path) -> dict[str, set[str]]:
    """Codes that retail adds to the lists; of all EANCOM issues, for they travel."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.glob("*.json")):
        for number, codes in _load(path)["codes"].items():
            found[number].update(codes)
    return found


def _codes_of(
    directory: str, values: Iterable[tuple[str, str, str]], order: Sequence[str]
) -> dict[str, list[str]]:
    if directory not in order:
        return {}
    at = order.index(directory)
    found: dict[str, list[str]] = defaultdict(list)
    for number, code, ranges in values:
        if number not in OPEN_LISTS["edifact"] and _within(at, ranges, order):
            found[number].append(code)
    return found


def _within(at: int, ranges: str, order: Sequence[str]) -> bool:
    for piece in ranges.split(","):
        first, dots, last = piece.partition("..")
        low = order.index(first)
        high = order.index(last) if last else len(order) if dots else low
        if low <= at <= high:
            return True
    return False


# X12


def x12(facts: Path, out: Path) -> None:
    """Releases, and the envelope before and from 00402."""
    old, new = (_x12_codes(facts / "x12" / f"codes_{v}.tsv") for v in ("004010", "005010x"))
    for name in X12_DIRECTORIES:
        data = _load(facts / "x12" / f"{name}.json")
        writer = Writer(out / "x12" / name, f"x12 {name}")
        usual = _usual_forms(data)
        for message in X12_MESSAGES:
            if message in data["sets"]:
                tree = data["sets"][message]["tree"]
                if _tags(tree) & set(data["missing_segments"]):
                    continue
                nodes = [["ST", "M", 1], *tree, ["SE", "M", 1]]
                writer.message(message, _tree(nodes), data["sets"][message]["fg"] or "")
                for tag in _tags(tree) & data["segments"].keys():
                    _x12_segment(tag, data, usual, writer)
        writer.tables(old if name < "005" else new)
    envelope = _load(facts / "x12" / "envelope.json")
    _x12_envelope(envelope, "envelope00200", "ISA_before_00402", out)
    _x12_envelope(envelope, "envelope00402", "ISA_from_00402", out)


def _usual_forms(data: Mapping[str, Any]) -> dict[str, str]:
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for table in ("segments", "composites"):
        for elements in data[table].values():
            for entry in elements:
                if len(entry) == 5 and entry[0]:
                    seen[entry[0]][_form(entry)] += 1
    return {number: forms.most_common(1)[0][0] for number, forms in seen.items()}


def _form(entry: Sequence[Any]) -> str:
    return f"{entry[2]} {entry[3]}/{entry[4]}"


def _mended(tag: str, entries: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for position, entry in enumerate(entries, 1):
        yield [entry[0], "O", *entry[2:]] if (tag, position) in X12_OPTIONAL else entry


def _x12_part(
    entry: Sequence[Any], usual: Mapping[str, str], writer: Writer, repeat: int = 1
) -> str:
    number, status = entry[0] or "?", entry[1]
    if len(entry) == 2:
        return _part(number, status, repeat)
    form = _form(entry)
    if number == "?" or usual[number] != form:
        number = f"{number}={form.replace(' ', '/')}"
    else:
        writer.elements[number] = form
    return _part(number, status)


def _x12_segment(
    tag: str, data: Mapping[str, Any], usual: Mapping[str, str], writer: Writer
) -> None:
    for entry in data["segments"][tag]:
        if len(entry) == 2:
            inner = data["composites"][entry[0]]
            writer.composites[entry[0]] = " ".join(_x12_part(e, usual, writer) for e in inner)
    parts = " ".join(
        _x12_part(entry, usual, writer, X12_REPEATS.get((tag, entry[0]), 1))
        for entry in _mended(tag, data["segments"][tag])
    )
    notes = data["syntax_notes"].get(tag, [[]])[0]
    writer.segments[tag] = f"{parts} | {' '.join(notes)}" if notes else parts


def _x12_envelope(data: Mapping[str, Any], name: str, isa: str, out: Path) -> None:
    writer = Writer(out / "x12" / name, f"x12 {name}")
    codes: dict[str, list[str]] = {}
    for tag in ("ISA", "IEA", "GS", "GE", "ST", "SE", "TA1", "ISB", "ISE"):
        parts = []
        for entry in data[isa if tag == "ISA" else tag]:
            writer.elements[entry[0]] = _form(entry)
            parts.append(_part(entry[0], entry[1]))
            if len(entry) > 5 and entry[0] not in OPEN_LISTS["x12"]:
                codes[entry[0]] = entry[5]["codes"]
        writer.segments[tag] = " ".join(parts)
    writer.tables(codes)


def _x12_codes(path: Path) -> dict[str, list[str]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    lists = {row[0]: row[1].split() for row in rows if row[0] not in OPEN_LISTS["x12"]}
    return {number: codes for number, codes in lists.items() if len(codes) > 1}  # one: a fragment


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Entry of ``python -m gateway.grammar.generate``."""
    if len(arguments) != 2:
        print("usage: python -m gateway.grammar.generate FACTS_DIR OUT_DIR", file=sys.stderr)
        return 2
    facts, out = Path(arguments[0]), Path(arguments[1])
    edifact(facts, out)
    x12(facts, out)
    size = sum(path.stat().st_size for path in out.rglob("*.txt"))
    print(f"{out}: {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
