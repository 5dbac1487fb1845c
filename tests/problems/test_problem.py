"""A problem says what, where, what was there, and what would be right; and keeps what it knows."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from gateway.problems import REGISTRY, Place, Problem, Severity, errors, has_errors, problem
from gateway.problems.codes.row import Code, Layer
from gateway.problems.render import line_and_column, render


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> str:
    """A registered code whose texts this test knows."""
    row = Code(
        code="X999",
        layer=Layer.SYNTAX,
        title="A sample",
        sentence="{segment} says {said}, I counted {counted}",
        why="Because.",
        remedy="send {counted}",
    )
    monkeypatch.setitem(REGISTRY, "X999", row)
    return "X999"


def test_the_sentence_is_filled_with_the_facts(sample: str) -> None:
    found = problem(
        sample, Place(message="1", segment=7, tag="UNT"), segment="UNT", said=7, counted=6
    )
    assert str(found) == "X999 UNT says 7, I counted 6  [message 1, segment 7 UNT]"
    assert found.remedy == "send 6"


def test_a_missing_fact_never_hides_the_finding(sample: str) -> None:
    assert problem(sample, segment="UNT").sentence == "UNT says ?, I counted ?"


def test_floors_above_add_to_a_place_but_never_overwrite_it(sample: str) -> None:
    found = problem(sample, Place(offset=12)).at(file="orders.edi", offset=99)
    assert found.place == Place(file="orders.edi", offset=12)


def test_a_problem_survives_the_store(sample: str) -> None:
    found = problem(
        sample, Place(tag="BGM", element=2, component=1), severity=Severity.WARNING, said=1
    )
    assert Problem.from_json(found.as_json()) == found


def test_an_unregistered_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        problem("X000")


def test_only_errors_refuse(sample: str) -> None:
    warning = problem(sample, severity=Severity.WARNING)
    assert not has_errors([warning])
    assert errors([warning, problem(sample)]) == [problem(sample)]


def test_the_caret_points_into_a_map(sample: str) -> None:
    text = "map x\n\n    price  <->  PRI+AAA.6060\n"
    place = Place(file="bad.map", line=3, column=25, width=4)
    assert render(problem(sample, place, segment="PRI", said=1, counted=2), text) == (
        "error[X999]: PRI says 1, I counted 2\n"
        "   ┌─ bad.map:3:25\n"
        " 3 │     price  <->  PRI+AAA.6060\n"
        "   │                         ^^^^\n"
        "   = send 2"
    )


def test_the_caret_points_into_an_interchange_of_one_long_line(sample: str) -> None:
    text = "UNA:+.? '" + "RFF+ON:1'" * 200 + "QTY+21:x'"
    shown = render(problem(sample, Place(offset=text.index(":x") + 1)), text).splitlines()
    assert shown[2].index("x'") == shown[3].index("^")
    assert len(shown[2]) < 120


def test_control_characters_do_not_disturb_the_terminal(sample: str) -> None:
    assert "\x1b" not in render(problem(sample, Place(offset=0)), "\x1b[31mUNB")


def test_lines_and_columns_count_from_one() -> None:
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)


@pytest.mark.parametrize("row", REGISTRY.values(), ids=lambda row: row.code)
def test_every_code_says_what_why_and_what_to_do(row: Code) -> None:
    assert row.title and row.why and row.remedy and row.sentence
    for template in (row.sentence, row.remedy):
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        assert all(name.isidentifier() for name in names), template


@pytest.mark.parametrize("code", REGISTRY)
def test_every_code_has_a_page(code: str) -> None:
    assert (Path(__file__).parents[2] / "docs" / "codes" / f"{code}.md").is_file(), (
        "run `make docs`"
    )
