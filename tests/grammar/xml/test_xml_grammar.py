"""The text form of grammars, and the vocabularies that the package ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.layoutfile import LayoutError
from gateway.grammar.recordformats import load_format
from gateway.grammar.xml.format import XmlFormat
from gateway.grammar.xml.load import load_xml, read_xml
from gateway.grammar.xml.text import write_types, write_vocabulary
from tests.grammar.xml.conftest import GRAMMAR

SHIPPED = Path(__file__).resolve().parents[3] / "grammars"
NAMES = [
    f"{path.parent.name}/{path.stem}"
    for path in sorted((SHIPPED / "xml").glob("*/*.txt"))
    if path.stem != "types"
]


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_document_has_all_its_types(name: str) -> None:
    found = load_format([SHIPPED], "xml", name)
    assert isinstance(found, XmlFormat)
    assert (found.kind, found.name, found.suffix) == ("xml", name, "xml")
    assert sum(1 for _ in found.vocabulary.used()) > 2
    assert found.root.fields or found.root.kids


def test_a_grammar_is_written_as_it_was_read(order: XmlFormat) -> None:
    lines = GRAMMAR.read_text(encoding="utf-8").replace("\n  ", " ").splitlines()
    made = {one.name: one for one in order.vocabulary.used()}
    for line in lines:
        keyword, name = line.split()[:2]
        if keyword in ("type", "simple"):
            assert " ".join(write_types([made[name]]).split()) == line
    text = write_vocabulary("own Order", order.vocabulary, made.values())
    again = read_xml(text, "own/Order")
    assert {one.name: one for one in again.vocabulary.used()} == made
    assert again.vocabulary.namespaces == order.vocabulary.namespaces
    assert again.vocabulary.defaults == order.vocabulary.defaults


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("simple Flag flag", "simple Flag boolean", "F230 24"),
        ("simple Flag flag", "simple Flag flag size=3", "F230 24"),
        ("simple Flag flag", "simple Flag flag max=long", "F230 24"),
        ("simple Flag flag", "simple Flag flag @a=colour", "F230 24"),
        ("simple Flag flag", "kind Flag", "F230 24"),
        ("simple Flag flag", "simple Id text", "F230 24"),
        ("type Options Gift:Flag?", "type Options Gift:Flag??", "F230 14"),
        ("type Options Gift:Flag?", "type Options Gift:Flag? Gift:Flag", "F230 14"),
        ("type Options Gift:Flag?", "type Options Gift:Flagge", "F231 14"),
        ("type Options Gift:Flag?", "type Options q: Gift:Flag", "F231 14"),
        ("root Orders/Order*", "", "F231 None"),
    ],
)
def test_what_is_wrong_with_a_grammar(old: str, new: str, expected: str) -> None:
    text = GRAMMAR.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(LayoutError) as refused:
        read_xml(text.replace(old, new), "own/Order")
    (found,) = refused.value.problems
    assert f"{found.code} {found.place.line}" == expected
    assert found.place.file == "grammars/xml/Order.txt"


@pytest.mark.parametrize("name", ["", "Order", "a/b/c", "../Order", "own/../Order", "own/types"])
def test_a_name_leads_to_no_other_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "xml" / "own").mkdir(parents=True)
    (tmp_path / "Order.txt").write_text(GRAMMAR.read_text())
    (tmp_path / "xml" / "own" / "types.txt").write_text(GRAMMAR.read_text())
    assert load_xml([tmp_path], "xml", name) is None
