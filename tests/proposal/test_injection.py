"""No text of a sample gets out of the value, the comment or the line that it stands in."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cli.main import main
from gateway.config.marks import find_marks
from gateway.config.proposal import House, Proposal, SampleFile, Wanted, propose
from gateway.config.proposal.codelists import code_list_text
from gateway.config.proposal.overlay import Workbench
from gateway.config.proposal.writing import one_line, scalar
from gateway.grammar.guide import Guides
from gateway.mapping.codes import parse_codes
from gateway.syntax.yamltext import read_yaml
from tests.proposal.conftest import OURS, Proposer, empty, order
from tests.proposal.test_never_raises import is_a_partner

EXAMPLES = int(os.environ.get("GATEWAY_EXAMPLES", "20"))
_SIGNS = (
    *("\n", "\r", "\t", "\x00", "\x07", "\x1b[31m", "\x85", "\u200b", "\u2028", "\u202e", "\ufeff"),
    *("# decide: pwned", " # decide:pwned ", "\n# decide: pwned", "\n- [ ] pwned", "\npwned: yes"),
    *('"', "'", "\\", ": ", "- ", "{", "}", "[", "]", "&a", "*a", "!!python", "|", ">", "%", "`"),
    *("---", "...", "~", "null", "true", "<script>", "=1+1", "<->", "add pwned <-> X", "\u00e9"),
)
_PIECES = st.one_of(st.sampled_from(_SIGNS), st.text("abcXYZ012", max_size=4))
_HIDDEN = re.compile(r"[^\S\n ]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]")


def texts(most: int) -> st.SearchStrategy[str]:
    return st.lists(_PIECES, min_size=1, max_size=5).map(lambda found: "".join(found)[:most])


_TEXTS = st.tuples(*(texts(n) for n in (35, 4, 35, 4, 14, 14, 35, 3, 35, 3)))


def released(text: str) -> str:
    return re.sub(r"([?'+:])", r"?\1", text)


@settings(max_examples=EXAMPLES, deadline=None)
@given(found=_TEXTS, known=st.booleans())
def test_a_text_of_a_sample_stays_where_it_is_proposed(
    house: House, tmp_path_factory: pytest.TempPathFactory, found: tuple[str, ...], known: bool
) -> None:
    his, kind, ours, our_kind, number, ref, name, qualifier, reference, unit = map(released, found)
    data = order(
        number,
        sender=f"{his}:{kind}",
        receiver=f"{OURS}:14" if known else f"{ours}:{our_kind}",
        level="UNOW:3",
        name=name,
        extra=f"RFF+{qualifier}:{reference}'IMD+F++:::{reference}",
        codec="utf-8",
    )
    data = data.replace(b"++ORDERS", f"++{ref}".encode()).replace(b":PCE", f":{unit}".encode())
    made = propose([SampleFile("in\n\x1b[31m.edi", data)], Wanted("contoso-foods"), house)
    if not made.refused:
        assert is_a_partner(made.files["partner.yaml"])
        everything_holds(made, house, tmp_path_factory.mktemp("guides") / "orders.yaml")


def everything_holds(made: Proposal, house: House, guide: Path) -> None:
    assert not [mark for mark in made.marks if mark.what.startswith("pwned")]
    for path, data in made.files.items():
        if path.startswith("samples/"):
            continue
        text = data.decode()
        assert _HIDDEN.search(text) is None, (path, text)
        assert not re.search(r"(?m)^(- \[ \] pwned|pwned|# decide: pwned)", text), (path, text)
        assert not [one for one in find_marks(data, path) if one.what.startswith("pwned")]
        if path.startswith("guides/"):
            guide.write_bytes(data)
            loaded, problems = Guides(house.library).load(guide)
            assert loaded is not None, (problems, text)
        elif path.endswith(".map"):
            compiled, good = Workbench(house.maps).load(
                "edifact/orders.map", "edifact/D96A/ORDERS", text
            )
            assert compiled is not None and good, text
        elif path.endswith(".csv"):
            assert parse_codes(text, path)[0] == [], text


@settings(max_examples=5 * EXAMPLES, deadline=None)
@given(st.one_of(texts(60), st.text(st.characters(exclude_categories=()), max_size=20)))
def test_a_value_is_read_as_it_was(text: str) -> None:
    written = f"a: {{b: {scalar(text)}, c: [{scalar(text)}]}}  # {one_line(text)}\n".encode()
    read, problems = read_yaml(written, "a.yaml")
    assert read is not None and not problems
    assert read.data == {"a": {"b": text, "c": [text]}}


def test_a_code_that_a_spreadsheet_would_run_is_no_cell() -> None:
    text = code_list_text("unit", {"edifact": ["=cmd|'/C calc'!A0", "@SUM(1)", "CU"]})
    assert "# decide: =cmd" in text
    assert [line for line in text.splitlines() if "=cmd" in line and "," in line] == []
    assert "#,CU,,as sent" in text


def test_what_a_terminal_obeys_is_not_printed(tmp_path: Path) -> None:
    root = empty(tmp_path / "shop")
    sample = tmp_path / "a\x1b]0;pwned\x07.edi"
    sample.write_bytes(order(sender="\x1b[2JX:14", extra="RFF+ON:\x1b[31mred"))
    for way in ("--dry-run", "--direction=inbound"):
        words = ["-w", str(root), "partner", "new", "contoso-foods", "--from", str(sample), way]
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert "\x1b]" not in result.output and "\x1b[2J" not in result.output
        assert "\x1b[31mred" not in result.output


def test_marks_of_the_notes_are_none(proposed: Proposer) -> None:
    made = proposed(order(name="x"))
    made.files["NOTES.md"] += b"# decide: pwned\n"
    assert not [mark for mark in made.marks if mark.file == "NOTES.md"]
