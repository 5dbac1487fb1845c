"""Take the facts out of the Java tests of StAEDI: documents, schemas, expected errors and places.

    python -m benchmarks.peers.staedi_source FOLDER_OF_STAEDI

Writes ``tests/peers/staedi``: ``cases.tsv`` (a document and what it is read with), ``events.tsv``
(the errors that are asserted for it, in order), ``documents/`` and ``grammars/``. A test that
reads nothing, or that asserts no error and not that there is none, is no case.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.model import FOLDER, table
from benchmarks.peers.staedi_schema import ANY_VERSION, read_schema, write_frames, write_grammar
from benchmarks.peers.staedi_values import FIELDS as VALUE_FIELDS
from benchmarks.peers.staedi_values import extract

TARGET = FOLDER / "staedi"
_TESTS = "src/test/java/io/xlate/edi/internal"
_RESOURCES = "src/test/resources"
_STRING = r'"(?:\\.|[^"\\])*"'
_TOKEN = re.compile(rf"(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>{_STRING})", re.S)
_JOINED = re.compile(rf"{_STRING}(?:\s*\+\s*{_STRING})*")
_METHOD = re.compile(
    r"^    (?P<marks>"
    r"(?:@[^\n]*(?:\n(?!    (?:void|public|protected|private|static|@))[^\n]*)*\n    )*)"
    r"(?:public |protected |private |static )*\S+ (?P<name>\w+)\([^)]*\)[^{;]*\{\n"
    r"(?P<body>.*?)^    \}$",
    re.S | re.M,
)
_ERROR = r"EDIStreamValidationError\.(?P<error>[A-Z_]+)"
_STATEMENT = re.compile(
    rf'assertNextEvent\(reader,\s*{_ERROR},\s*"(?P<tag>\w+)",'
    r'\s*(?P<places>[-\d, ]+),\s*"(?P<of>[^"]*)"\)'
    rf'|forError\({_ERROR.replace("error", "error2")},\s*(?P<said>"[^"]*"|null)'
    rf'|assertEvent\([^;]*?{_ERROR.replace("error", "error3")}(?:,\s*(?P<ref>"[^"]*"|null))?'
    rf'|get\("(?P<at>\w+)"\)\.contains\({_ERROR.replace("error", "error4")}'
    rf"|{_ERROR.replace('error', 'error5')}"
    r'|assertEquals\((?P<fact>"[^"]*"|-?\d+),\s*[\w.()]*?\b(?P<name>getText|getReferenceCode'
    r"|getSegmentPosition|getElementPosition|getElementOccurrence|getComponentPosition|getSegmentTag)\(\)"
    r"|(?P<next>reader\.next(?:Tag)?\(\))"
)
_NAMES = {
    "getText": "text",
    "getReferenceCode": "reference",
    "getSegmentPosition": "segment",
    "getElementPosition": "element",
    "getElementOccurrence": "repetition",
    "getComponentPosition": "component",
    "getSegmentTag": "tag",
}
_ALONE = re.compile(
    r"!reader\.hasNext|assertFalse\(reader\.hasNext|assertEquals\(expected, (?:events|errorEvents)"
    r"|assertEquals\(\d+, errors\.size|assertArrayEquals\(new EDIStreamValidationError"
    r'|fail\("Unexpected error: '
)
_RELEASES = {
    "EDISchemaSegmentValidationImpl": "900001",
    "EDISchemaSegmentValidationImpl2": "900002",
    "invalid-composite-occurrences": "900003",
}
"""Schemas with an implementation part; a guide (``tests/peers/staedi-guides``) names a release."""
FIELDS = ("case", "error", "tag", "segment", "element", "repetition", "component", "text")


@dataclass
class _Case:
    name: str
    document: bytes
    schema: str
    alone: bool
    """Whether the test says that there are no other errors."""
    scope: str
    """Classes of errors that the test looks at: S segment, O occurrence, D data."""
    events: list[dict[str, str]] = field(default_factory=list)


def main() -> int:
    """Write the facts; the argument is the folder of the source."""
    source = Path(sys.argv[1])
    shutil.rmtree(TARGET, ignore_errors=True)
    (TARGET / "documents").mkdir(parents=True)
    cases = [one for path in sorted((source / _TESTS).rglob("*Test.java")) for one in _file(path)]
    write_frames(TARGET / "grammars")
    rows, events = [], []
    for case in cases:
        grammar = _grammar(source, case)
        if grammar is None:
            continue
        (TARGET / "documents" / f"{case.name}.edi").write_bytes(case.document)
        alone = "yes" if case.alone else "no"
        rows.append({"case": case.name, "grammar": grammar, "alone": alone, "scope": case.scope})
        events += [{name: one.get(name, "") for name in FIELDS} for one in case.events]
    values = list(extract(source / _TESTS / "stream" / "validation"))
    for name, head, lines in (
        ("cases", ("case", "grammar", "alone", "scope"), rows),
        ("events", FIELDS, events),
        ("values", VALUE_FIELDS, values),
    ):
        text = "\n".join(table(head, lines)) + "\n"
        (TARGET / f"{name}.tsv").write_text(text, encoding="utf-8")
    print(f"{len(rows)} documents, {len(events)} asserted errors, {len(values)} values")
    return 0


def _file(path: Path) -> Iterator[_Case]:
    text = _TOKEN.sub(lambda match: match["string"] or " ", path.read_text(encoding="utf-8"))
    for method in _METHOD.finditer(text):
        if "Test" in method["marks"]:
            yield from _method(path, text, method)


def _method(path: Path, text: str, method: re.Match[str]) -> Iterator[_Case]:
    body = method["body"]
    events = list(_events(body))
    documents = list(_documents(path, method["marks"] + body))
    alone = bool(_ALONE.search(body))
    if not documents or not (events or alone):
        return
    if len(documents) > 1 and events:
        return  # which of them the errors belong to is not said in a form that can be read
    for number, document in enumerate(documents, 1):
        suffix = f"-{number}" if len(documents) > 1 else ""
        name = f"{path.stem}.{method['name']}{suffix}"
        case = _Case(name, document, _schemas(text, body), alone, _scope(text, body))
        case.events = [{**one, "case": name} for one in events]
        yield case


def _documents(path: Path, body: str) -> Iterator[bytes]:
    root = next(up for up in path.parents if up.name == "java").parent / "resources"
    for name in dict.fromkeys(re.findall(r'getResource\w*\("(/[^"]+)"\)', body)):
        data = root / name[1:]
        if not name.endswith((".xml", ".json", "expected.txt")) and data.is_file():
            yield data.read_bytes()
    for match in _JOINED.finditer(body):
        text = "".join(_unquoted(one) for one in re.findall(_STRING, match[0]))
        if text.startswith(("UNA", "UNB", "ISA*")) and len(text) > 60:
            yield text.encode("utf-8")


def _unquoted(text: str) -> str:
    return text[1:-1].encode("ascii", "backslashreplace").decode("unicode_escape")


def _schemas(text: str, body: str) -> str:
    if "loadX12FuncAckSchema()" in body:
        return "/x12/EDISchema997.xml"
    found = [
        name
        for name in re.findall(r'"(/[^"]+\.xml)"', body)
        if not name.endswith(("EDISchemaSegmentValidation.xml", "bogus-syntax-position.xml"))
    ]
    return found[0] if found else ""


def _scope(text: str, body: str) -> str:
    if "fail(" in body and "errors.get(" in body:
        return "SO"  # data errors are collected, and only some of them looked at
    for name in ("segmentErrorFilter", "errorFilter"):
        if re.search(rf"\b{name}\b", body):
            body = text[text.index(name) : text.index("@Test")]
    scope = ""
    for letter, name in zip("SOD", ("SEGMENT", "ELEMENT_OCCURRENCE", "ELEMENT_DATA"), strict=True):
        if f"{name}_ERROR" in body:
            scope += letter
    return scope or "SOD"


def _events(body: str) -> Iterator[dict[str, str]]:
    """One dictionary per asserted error: what is said of the same event goes together."""
    frame: dict[str, str] = {}
    for match in _STATEMENT.finditer(body):
        error = next((match[f"error{n}"] for n in "2345" if match[f"error{n}"]), match["error"])
        if match["next"]:
            if "error" in frame:
                yield frame
            frame = {}
        elif match["fact"]:
            frame[_NAMES[match["name"]]] = match["fact"].strip('"')
        elif error and match["name"] is None:
            if "error" in frame:
                yield frame
                frame = {}
            frame = {**frame, "error": error, **_said(match)}
    if "error" in frame:
        yield frame


def _said(match: re.Match[str]) -> dict[str, str]:
    if match["tag"]:
        places = [one.strip() for one in match["places"].split(",")]
        names = ("segment", "element", "repetition", "component")
        return {"tag": match["tag"], **dict(zip(names, places, strict=False)), "text": match["of"]}
    if match["at"]:
        return {"tag": match["at"][:-2], "element": str(int(match["at"][-2:]))}
    text = match["said"] or match["ref"]
    return {"text": text.strip('"')} if text and text != "null" else {}


def _grammar(source: Path, case: _Case) -> str | None:
    """Name of the grammar that was written for a case; ``None`` for no case."""
    if not case.schema:
        return "FRAME"
    path = source / _RESOURCES / case.schema[1:]
    if not path.is_file():
        return None
    versions = [ANY_VERSION]
    if b"<version " in path.read_bytes():
        versions = re.findall(r"GS\*\w+(?:\*[^*~]*){5}\*X\*(\d{6})", case.document.decode())
    for version in dict.fromkeys(versions):
        schema = read_schema(path, version)
        if schema is None:
            return None
        standard = "x12" if case.document.startswith(b"ISA") else "edifact"
        name = write_grammar(
            schema,
            TARGET / "grammars" / standard,
            _RELEASES.get(path.stem) or re.sub(r"[\W_]", "", path.stem),
        )
    return name if versions == [ANY_VERSION] else f"{name[:-6]}?"


if __name__ == "__main__":
    sys.exit(main())
