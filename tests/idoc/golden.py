"""Golden files of the IDoc maps: what SAP sent becomes a document, and an IDoc again.

tests/idoc/samples/<document>/<case>/in.idoc (or in.xml)  as SAP or a gateway wrote it
                                     canonical.json       the document
                                     back.idoc            the IDoc that is written from it
                                     problems.txt         everything found on the way

python -m tests.idoc.golden           # rewrites the last three; review the difference
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gateway.documents import build, check
from gateway.mapping import Maps
from gateway.problems import Problem, has_errors
from tests.maps.golden import repository

SAMPLES = Path(__file__).parent / "samples"


@dataclass
class Outcome:
    """What became of an IDoc."""

    canonical: str = ""
    back: bytes = b""
    problems: list[tuple[str, Problem]] = field(default_factory=list)

    def listed(self) -> str:
        """All problems, one a line, after the step that found them."""
        return "".join(f"{step}: {found}\n" for step, found in self.problems)


def outcome(maps: Maps, case: Path) -> Outcome:
    """Read the first IDoc of a case through its map, and write it again."""
    result = Outcome()
    compiled, wrong = maps.load(f"idoc/{case.parent.name}.map")
    assert compiled is not None, wrong
    reading = compiled.layout.read(sample(case).read_bytes())
    result.problems += [("file", one) for one in reading.problems]
    if not reading.documents:
        return result
    fields, problems = compiled.read(reading.documents[0])
    result.problems += [("read", one) for one in problems]
    result.problems += [("unread", one) for one in compiled.unread(reading.documents[0])]
    document, problems = build(compiled.document, fields)
    result.problems += [("document", one) for one in problems]
    if document is None:
        return result
    result.canonical = document.to_json()
    result.problems += [("check", one) for one in check(document)]
    result.problems += [("unwritten", one) for one in compiled.unwritten(document)]
    record, problems = compiled.write(document)
    result.problems += [("write", one) for one in problems]
    if not has_errors(problems):
        result.back, problems = compiled.layout.write([record])
        result.problems += [("back", one) for one in problems]
    return result


def sample(case: Path) -> Path:
    """The file of a case."""
    flat = case / "in.idoc"
    return flat if flat.is_file() else case / "in.xml"


def cases() -> list[Path]:
    """Folders of the samples."""
    return sorted({one.parent for one in SAMPLES.glob("*/*/in.*")})


def rewrite() -> None:
    """Write the golden files anew."""
    maps = repository()
    for case in cases():
        found = outcome(maps, case)
        (case / "canonical.json").write_text(found.canonical, encoding="utf-8")
        (case / "back.idoc").write_bytes(found.back)
        (case / "problems.txt").write_text(found.listed(), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
