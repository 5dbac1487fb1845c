"""Every code of every list: a case that raises it, or the reason why nothing does.

``codes.tsv``: list (0085 by syntax version), code, then one of: a problem that the house finds
(``problem``; the bytes that raise it are in the tests of the pipeline), a file under ``cases``
(``case``), or a ``reason``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from gateway.grammar.acknowledge import InterchangeVerdict
from gateway.grammar.acknowledge.codes import CODES_3, CODES_4, syntax_error
from gateway.grammar.model import Element
from gateway.problems import REGISTRY, Problem, Severity, problem
from tests.acknowledge.ack_cases import CONTENT, HERE, answer_bytes, base, library, load, verdicts
from tests.acknowledge.code_lists import codes_in

_LISTS = {
    "AK304": ("004010", "997", "AK3", 4),
    "AK403": ("004010", "997", "AK4", 3),
    "AK502": ("004010", "997", "AK5", 2),
    "AK905": ("005010", "997", "AK9", 5),
    "IK304": ("005010", "999", "IK3", 4),
    "IK403": ("005010", "999", "IK4", 3),
    "IK502": ("005010", "999", "IK5", 2),
}
_OF_INTERCHANGE = {"P101", "P102", "P111"}
_BASES = {"0085/3": "edifact", "0085/4": "edifact-4"}


@cache
def rows() -> list[list[str]]:
    text = (HERE / "codes.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def codes_of(name: str) -> frozenset[str]:
    release, kind, tag, position = _LISTS[name]
    grammar = library().message("x12", release, kind)
    assert grammar is not None
    definition = grammar.segments[tag].elements[position - 1].definition
    assert isinstance(definition, Element)
    return definition.codes or frozenset()


def test_the_table_holds_every_code_once() -> None:
    wanted = {
        *(("0085/3", code) for code in CODES_3),
        *(("0085/4", code) for code in CODES_4),
        *(("TA105", f"{number:03}") for number in range(32)),
        *((name, code) for name in _LISTS for code in codes_of(name)),
    }
    held = [(name, code) for name, code, *_ in rows()]
    assert len(held) == len(set(held))
    assert set(held) == wanted


def test_the_lists_of_0085_are_those_of_the_service_segments() -> None:
    newest = library().service("4")["UCD"].elements[0].definition
    oldest = library().service("3")["UCD"].elements[0].definition
    assert isinstance(newest, Element)
    assert isinstance(oldest, Element)
    assert newest.codes == CODES_4
    assert oldest.codes is not None
    assert oldest.codes > CODES_3


@pytest.mark.parametrize(
    ("name", "code", "case"),
    [(name, code, case) for name, code, _, case, _ in rows() if case],
    ids=lambda text: text,
)
def test_the_case_raises_the_code(name: str, code: str, case: str) -> None:
    loaded = load(HERE / "cases" / f"{case}.txt")
    rules = replace(loaded.rules, syntax="999") if name.startswith("IK") else loaded.rules
    answer = b"".join(answer_bytes(verdict, rules) for verdict in verdicts(loaded.data))
    assert (name, code) in set(codes_in(answer.decode("latin-1")))


@pytest.mark.parametrize(
    ("name", "code", "found"),
    [(name, code, found) for name, code, found, _, _ in rows() if found],
    ids=lambda text: text,
)
def test_a_problem_of_the_house_raises_the_code(name: str, code: str, found: str) -> None:
    rules = replace(CONTENT, syntax="999" if name.startswith("IK") else "997")
    wrong = problem(found, severity=Severity.ERROR)
    (verdict,) = verdicts(base(_BASES.get(name, "x12")).encode("latin-1"))
    answer = answer_bytes(_with(verdict, wrong), rules)
    assert (name, code) in set(codes_in(answer.decode("latin-1")))


def _with(verdict: InterchangeVerdict, wrong: Problem) -> InterchangeVerdict:
    """The verdict with a problem of its interchange or of its first message."""
    if wrong.code in _OF_INTERCHANGE:
        return replace(verdict, problems=(*verdict.problems, wrong))
    if verdict.groups:
        group, *others = verdict.groups
        message = replace(group.messages[0], problems=(wrong,))
        group = replace(group, messages=(message, *group.messages[1:]))
        return replace(verdict, groups=(group, *others))
    first, *more = verdict.messages
    return replace(verdict, messages=(replace(first, problems=(wrong,)), *more))


def test_what_is_not_raised_has_a_reason() -> None:
    for name, code, found, case, reason in rows():
        given = [bool(each) for each in (found, case, reason)]
        assert sum(given) == 1, (name, code)
        assert not found or found in REGISTRY, (name, code)


def test_guides_raise_what_only_a_999_has() -> None:
    """Where the table says so, a row of the registry has the code."""
    columns = {"IK304": "ik3", "IK403": "ik4", "IK502": "ik5"}
    said = [(name, code) for name, code, *_, reason in rows() if reason == "guides raise it"]
    held = {
        (name, getattr(row, column))
        for name, column in columns.items()
        for row in REGISTRY.values()
    }
    assert [each for each in said if each not in held] == []


@pytest.mark.parametrize("version", ["1", "2", "3", "4"])
def test_every_problem_has_a_code_of_the_list_of_each_version(version: str) -> None:
    known = CODES_4 if version == "4" else CODES_3
    for code in REGISTRY:
        assert syntax_error(problem(code), version) in known, code


@pytest.mark.parametrize(
    ("code", "third", "fourth"),
    [
        ("G210", "19", "12"),
        ("G211", "38", "12"),
        ("G215", "13", "48"),
        ("G216", "12", "48"),
        ("G217", "18", "45"),
        ("S107", "2", "46"),
        ("S226", "31", "18"),
        ("V511", "18", "18"),
    ],
)
def test_codes_of_one_version_have_a_like_in_the_other(code: str, third: str, fourth: str) -> None:
    assert [syntax_error(problem(code), version) for version in "34"] == [third, fourth]


def test_every_code_of_the_registry_is_of_its_list() -> None:
    lists = {
        "ak3": codes_of("AK304"),
        "ak4": codes_of("AK403"),
        "ak5": codes_of("AK502"),
        "ak9": codes_of("AK905"),
        "ik3": codes_of("IK304"),
        "ik4": codes_of("IK403"),
        "ik5": codes_of("IK502"),
        "ta1": frozenset(f"{number:03}" for number in range(32)),
        "edifact": CODES_3 | CODES_4,
    }
    for row in REGISTRY.values():
        for column, known in lists.items():
            code = getattr(row, column)
            assert code is None or code in known, (row.code, column)


def test_the_reference_page_names_what_is_not_sent() -> None:
    page = (HERE.parents[1] / "docs" / "reference" / "acknowledgements.md").read_text("utf-8")
    named = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    wanted = [
        [name, code, reason]
        for name, code, *_, reason in rows()
        if reason and name.startswith(("0085", "TA105"))
    ]
    assert [each for each in named if each[0].startswith(("0085", "TA105"))] == wanted
