"""Golden files of the maps over XML: what a sample becomes, and what is written back from it.

tests/maps/xml_samples/UBL/<map>[-<case>]/in.xml          as a partner or an ERP sent it
                                          canonical.json  the document
                                          back.xml        the document written again
                                          problems.txt    everything found on the way

python -m tests.maps.xml_golden       # rewrites the last three; review the difference
"""

from __future__ import annotations

from pathlib import Path

from gateway.documents import build, check
from gateway.grammar import Library
from gateway.grammar.recordformats import load_format
from gateway.mapping import Maps
from gateway.problems import Problem

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "xml_samples"
CASES = sorted(
    one.parent.relative_to(SAMPLES).as_posix()
    for folder in ("UBL", "D365")
    for one in SAMPLES.glob(f"{folder}/*/in.xml")
)


def outcome(maps: Maps, case: str) -> dict[str, bytes]:
    """What becomes of a sample: golden file → content."""
    compiled, problems = maps.load(f"{case.partition('-')[0].lower()}.map")
    assert compiled is not None, problems
    told: list[tuple[str, Problem]] = []
    reading = compiled.layout.read((SAMPLES / case / "in.xml").read_bytes())
    told += [("file", one) for one in reading.problems]
    (record,) = reading.documents
    fields, problems = compiled.read(record)
    told += [("read", one) for one in problems]
    told += [("unread", one) for one in compiled.unread(record)]
    document, problems = build(compiled.document, fields)
    told += [("document", one) for one in problems]
    assert document is not None, problems
    told += [("check", one) for one in check(document)]
    told += [("unwritten", one) for one in compiled.unwritten(document)]
    body, problems = compiled.write(document)
    told += [("write", one) for one in problems]
    data, problems = compiled.layout.write([body])
    told += [("back", one) for one in problems]
    told += [("again", one) for one in compiled.layout.read(data).problems]
    return {
        "canonical.json": document.to_json().encode(),
        "back.xml": data,
        "problems.txt": "".join(f"{step}: {found}\n" for step, found in told).encode(),
    }


def repository() -> Maps:
    """Maps and grammars as the repository holds them."""
    grammars = ROOT / "grammars"
    return Maps(
        Library(grammars),
        lambda kind, name: load_format([grammars], kind, name),
        [ROOT / "mappings"],
    )


if __name__ == "__main__":
    for each in CASES:
        for name, content in outcome(repository(), each).items():
            (SAMPLES / each / name).write_bytes(content)
