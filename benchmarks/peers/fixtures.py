"""Corpora that say of a whole file only whether it is good.

stupidedi, edifact-rs, EdiFabric, the EN 16931 examples, EDIReader. Files with a licence that allows
it are part of the tests; the others are read where a folder of sources is at hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from benchmarks.peers.engine import directory, library, say
from benchmarks.peers.model import FOLDER, NO_GRAMMAR, ROOT, Row, records
from gateway import syntax
from gateway.grammar import Library, MessageGrammar
from gateway.grammar.envelope import MessageFound

GOOD, BAD = "accepted", "refused"
_CORPUS = ROOT / "tests" / "corpus"
_STUPIDEDI = "spec/fixtures/"
EDIFABRIC = {
    "EDIFACT/CorruptUnb.txt": BAD,
    "EDIFACT/CorruptUnh.txt": BAD,
    "EDIFACT/DuplicateGroup.txt": BAD,
    "EDIFACT/DuplicateInterchange.txt": BAD,
    "EDIFACT/DuplicateMessage.txt": BAD,
    "EDIFACT/PurchaseOrderInvalid.txt": BAD,
}
"""What the examples of EdiFabric refuse; the other files are read without error."""
_FRAME = (b"UNB+UNOC:3+ACME:ZZ+NORTHWIND:ZZ+260517:1200+1'", b"UNZ+1+1'")


def stupidedi(source: Path | None) -> Iterator[Row]:
    """Its fixtures, by release and set; sets with a grammar of ours, or of pyx12's guides."""
    for name, data in _stupidedi(source):
        for kind, expected in (("/pass/", GOOD), ("/fail/", BAD)):
            if kind in name:
                yield from _rows("stupidedi", name, expected, data, _guided)


def edifact_rs(source: Path | None) -> Iterator[Row]:
    """Messages without an interchange; one is put around them."""
    folder = FOLDER / "edifact-rs"
    if source is not None:
        folder = source / "edifact-rs/crates/edifact-rs/tests/fixtures"
    for path in sorted(folder.glob("*.edi")):
        expected = GOOD if "conforming" in path.stem else BAD
        data = path.read_bytes().replace(b"UNA:+.? '", b"")
        yield from _rows("edifact-rs", path.name, expected, data.join(_FRAME), directory)


def en16931(source: Path | None) -> Iterator[Row]:
    """The INVOIC examples that come with the rules of EN 16931, as EDIFACT."""
    folder = _in(source, "eInvoicing-EN16931/edifact/examples")
    for path in sorted(folder.glob("*.TXT")) if folder else ():
        yield from _rows("EN 16931 INVOIC", path.name, GOOD, path.read_bytes(), directory)


def edifabric(source: Path | None) -> Iterator[Row]:
    """The files of EdiFabric's EDIFACT examples."""
    folder = _in(source, "EDIFACT.NET/Files")
    for path in sorted(folder.rglob("*.txt")) if folder else ():
        name = path.relative_to(folder).as_posix() if folder else ""
        expected = EDIFABRIC.get(name, GOOD)
        yield from _rows("EdiFabric", name, expected, path.read_bytes(), directory)


def edireader(source: Path | None) -> Iterator[Row]:
    """Files in the charsets of UNOA to UNOE: read as UNB says, and written back."""
    folder = _in(source, "edireader/src/test/resources/edifact")
    for path in sorted(folder.glob("*.edi")) if folder else ():
        data = path.read_bytes()
        parts = syntax.read_bytes(data)
        codec = next(part.dialect.codec for part in parts if part.dialect)
        codes = {found.code for part in parts for found in part.problems if found.code != "S112"}
        theirs = f"read in the charset of {path.stem[-4:]}"
        same = b"".join(part.raw for part in parts) == data and not codes
        ours = theirs if same else " ".join([codec, *sorted(codes)])
        yield Row("EDIReader", path.name, theirs, ours, same)


def _in(source: Path | None, name: str) -> Path | None:
    return source / name if source is not None and (source / name).is_dir() else None


def _rows(
    corpus: str,
    case: str,
    expected: str,
    data: bytes,
    find: Callable[[MessageFound], MessageGrammar | None],
) -> Iterator[Row]:
    """Of a bad file one row; of a good one two, for its envelope and for its contents."""
    unknown: list[MessageFound] = []

    def known(found: MessageFound) -> MessageGrammar | None:
        grammar = find(found)
        if grammar is None:
            unknown.append(found)
        return grammar

    said = [one.code for one in say(data, known) if one.error]
    if expected == BAD:
        ours = _verdict(said, bool(unknown))
        yield Row(corpus, case, expected, ours, ours.startswith(BAD))
        return
    for part, letter in (("envelope", "S"), ("contents", "G")):
        codes = [code for code in said if code.startswith(letter)]
        ours = _verdict(codes, bool(unknown) and part == "contents")
        yield Row(corpus, f"{case}: {part}", expected, ours, ours == expected)


def _verdict(codes: list[str], unknown: bool) -> str:
    if not codes:
        return NO_GRAMMAR if unknown else GOOD
    counted = sorted(Counter(codes).items())
    return f"{BAD}: {' '.join(f'{code}:{count}' for code, count in counted)}"


def _stupidedi(source: Path | None) -> Iterator[tuple[str, bytes]]:
    folder = _in(source, f"stupidedi/{_STUPIDEDI}")
    if folder is not None:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".edi", ".era"):
                yield path.relative_to(folder).as_posix(), path.read_bytes()
        return
    for row in records(_CORPUS / "INDEX.tsv"):
        if row["repository"] == "kputnam/stupidedi" and row["path"].startswith(_STUPIDEDI):
            yield row["path"].removeprefix(_STUPIDEDI), (_CORPUS / row["file"]).read_bytes()


@cache
def _guides() -> Library:
    """Structures out of the guides of pyx12, by GS08."""
    return Library(FOLDER / "pyx12" / "grammars", _CORPUS / "pyx12" / "grammars", *library().roots)


def _guided(found: MessageFound) -> MessageGrammar | None:
    header = found.header
    guide = header.directory + header.association
    return directory(found) or (
        _guides().message("x12", guide, header.type) if header.association else None
    )
