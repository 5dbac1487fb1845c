"""The page about own XML: the schema becomes its grammar, the map reads and writes its file."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from gateway.cli.main import main
from gateway.documents import build
from gateway.grammar.xml.schema import Schemas
from gateway.mapping import Maps
from tests.mapping.kit import LIBRARY

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "howto" / "use-your-xml-schema.md"
BLOCKS = dict(re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S))


def test_the_page_works_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").touch()
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "order.xsd").write_text(BLOCKS["xsd"], "utf-8")
    command = ["--workspace", str(tmp_path), "grammar", "import"]
    arguments = [str(tmp_path / "schema" / "order.xsd"), "--name", "webshop"]
    result = CliRunner().invoke(main, [*command, *arguments])
    assert result.exit_code == 0, result.output
    grammar = tmp_path / "grammars" / "xml" / "webshop" / "Order.txt"
    assert grammar.read_text("utf-8") == BLOCKS["grammar"]

    folder = tmp_path / "mappings" / "webshop"
    folder.mkdir(parents=True)
    (folder / "order.map").write_text(BLOCKS["map"], "utf-8")
    found, problems = Maps(LIBRARY, None, [tmp_path / "mappings"]).load("webshop/order.map")
    assert problems == []
    assert found is not None

    reading = found.layout.read(BLOCKS["xml"].encode())
    assert reading.problems == []
    fields, problems = found.read(reading.documents[0])
    document, more = build("order", fields)
    assert [*problems, *more] == []
    assert document is not None
    assert document.to_json() == BLOCKS["json"]

    body, problems = found.write(document)
    data, more = found.layout.write([body])
    assert [*problems, *more] == []
    assert Schemas(tmp_path / "schema").validate(data) == []
    assert re.sub(rb">\s+<", b"><", data).endswith(re.sub(rb">\s+<", b"><", BLOCKS["xml"].encode()))
