"""What we write we can read: every setting of an envelope, and every value in it, comes back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.countercheck import counter_problems
from gateway.config.envelopecheck import envelope_problems
from gateway.grammar import Library
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, walk
from gateway.grammar.envelope.model import Fields
from gateway.problems import has_errors
from gateway.syntax import build, read_bytes
from gateway.syntax.charset import LEVELS, REPERTOIRES
from gateway.syntax.yamltext import read_yaml
from tests.written.interchanges import workspace_of, written

EXAMPLES = int(os.environ.get("GATEWAY_LAW_EXAMPLES", "20"))
LIBRARY = Library()
ROOT = Path("nowhere")
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CODES = st.text(_CAPITALS, min_size=1, max_size=6)
LONG = st.text(_CAPITALS + " -/", min_size=1, max_size=14).map(str.strip).filter(bool)
SIGNS = st.permutations("+:'?*#|!~^=;<>/")
BREAKS = st.sampled_from(["none", "lf", "crlf"])


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these settings, each there or not."""
    return st.fixed_dictionaries({}, optional=values)


NUMBERS = some(
    width=st.integers(4, 9),
    leading_zeros=st.booleans(),
    prefix=st.sampled_from(["", "A", "INV-"]),
    message=some(by=st.sampled_from(["interchange", "counter"]), width=st.integers(4, 9)),
    group=some(by=st.sampled_from(["interchange", "counter"]), leading_zeros=st.booleans()),
)
ROUTING = some(sender=LONG, receiver=LONG)
GROUP = st.fixed_dictionaries(
    {"write": st.booleans()},
    optional={
        "type": st.just("INVOIC"), "sender": LONG, "receiver": LONG,
        "sender_qualifier": st.sampled_from(["14", "ZZ"]),
        "receiver_qualifier": st.sampled_from(["92", "1"]),
        "agency": st.sampled_from(["UN", "EN"]), "association": CODES,
    },
)  # fmt: skip


@st.composite
def edifact(draw: st.DrawFn) -> dict[str, Any]:
    level, version = draw(st.sampled_from(sorted(LEVELS))), draw(st.sampled_from("1234"))
    said = draw(
        some(
            una=st.sampled_from(["always", "needed"]),
            line_breaks=BREAKS,
            application_reference=LONG,
            priority=st.sampled_from("AB"),
            agreement_id=LONG,
            ask_ack=st.sampled_from(["true", "false"]),
            test_indicator=st.sampled_from(["mode", "always", "never"]),
            access_reference=st.sampled_from(["none", "number"]),
            recipient=st.fixed_dictionaries({"reference": LONG}),
            routing=ROUTING,
            group=GROUP,
            control_numbers=NUMBERS,
        )
    )
    if draw(st.booleans()):
        signs = draw(SIGNS)
        roles = ("component", "element", "release", "repetition", "terminator")
        said["delimiters"] = dict(zip(roles, signs, strict=False))
        if version < "4":
            del said["delimiters"]["repetition"]
    return said | {"version": f"{level}:{version}"}


@st.composite
def x12(draw: st.DrawFn) -> dict[str, Any]:
    said = draw(
        some(
            version=st.sampled_from(["00200", "00304", "00401", "00501", "00603"]),
            standards_id=st.sampled_from(["auto", "U"]),
            usage=st.sampled_from(["P", "T", "I"]),
            line_breaks=BREAKS,
            ask_ack=st.booleans(),
            authorization=st.fixed_dictionaries({"information": CODES}),
            characters=some(set=st.sampled_from(["any", "basic", "extended"])),
            group=some(
                sender=CODES.filter(lambda text: len(text) > 1), agency=st.sampled_from("XT")
            ),
            control_numbers=some(
                message=some(by=st.sampled_from(["interchange", "counter"])),
                group=some(by=st.sampled_from(["interchange", "counter"])),
            ),
        )
    )
    if draw(st.booleans()):
        signs = draw(st.permutations("*>~^|!#%"))
        roles = ("element", "component", "repetition", "terminator")
        said["delimiters"] = dict(zip(roles, signs, strict=False))
    return said


def read(data: bytes, codec: str | None) -> tuple[Any, list[Any], Any, list[Any]]:
    """(interchange, messages, end, problems) of what was written."""
    events = list(walk(read_bytes(data, codec=codec), LIBRARY.service))
    (start,) = [each for each in events if isinstance(each, InterchangeStart)]
    (end,) = [each for each in events if isinstance(each, InterchangeEnd)]
    messages = [each for each in events if isinstance(each, MessageFound)]
    assert len(events) == len(messages) + 2
    problems = [*end.problems, *(one for group in end.groups for one in group.problems)]
    problems += [one for each in messages for one in each.problems]
    return start.interchange, messages, end, problems


@settings(max_examples=EXAMPLES, deadline=None)
@given(said=edifact(), text=st.text(min_size=1, max_size=20), number=st.integers(1, 9999))
def test_edifact_comes_back(said: dict[str, Any], text: str, number: int) -> None:
    level, version = said["version"].split(":")
    codec = LEVELS[level]
    value = fitting(text, codec, REPERTOIRES.get(level) if codec == "ascii" else None)
    workspace = workspace_of(ROOT, "edifact", {"syntax": {"edifact": said}}, {}, {})
    body = [build("BGM", "380", value), build("UNS", "S")]
    built = written(workspace, [body, body], number)
    assert built.problems == ()
    interchange, messages, end, problems = read(built.data, None)
    # the levels from UNOG on are not in every version; who asks for them is warned (C147)
    assert not [each for each in problems if each.severity == "error"], problems
    at = Fields(interchange.header)
    syntax = workspace.partners["northwind"].syntax.edifact
    routing, recipient = said.get("routing", {}), said.get("recipient", {})
    assert (interchange.dialect.level, interchange.dialect.version) == (level, version)
    assert interchange.sender.routing == routing.get("sender", "")
    assert interchange.receiver.routing == routing.get("receiver", "")
    assert at[6, 1] == recipient.get("reference", "")
    assert interchange.application_reference == said.get("application_reference", "")
    assert at[8] == said.get("priority", "")
    assert interchange.ack_requested is (said.get("ask_ack") == "true")
    assert interchange.agreement == said.get("agreement_id", "")
    assert interchange.test is (said.get("test_indicator") == "always")
    assert int(interchange.reference.removeprefix(syntax.control_numbers.prefix)) == number
    assert [each.header.reference for each in messages] == list(built.references)
    assert {each.header.access_reference for each in messages} == {
        "I1" if said.get("access_reference") == "number" else ""
    }
    assert [each.part.segments[1:-1] for each in messages] == [tuple(body)] * 2
    group = said.get("group", {"write": False})
    assert len(end.groups) == int(group["write"])
    for one in end.groups:
        header = one.header
        assert header.type == group.get("type", "INVOIC")
        assert header.sender.id == group.get("sender", "4098765000003")
        assert header.receiver.qualifier == group.get("receiver_qualifier", "14")
        assert header.association == group.get("association", "EAN008")
        assert (header.agency, one.counted) == (group.get("agency", "UN"), 2)


@settings(max_examples=EXAMPLES, deadline=None)
@given(said=x12(), text=st.text(min_size=1, max_size=20), number=st.integers(1, 999_999))
def test_x12_comes_back(said: dict[str, Any], text: str, number: int) -> None:
    workspace = workspace_of(ROOT, "x12", {"syntax": {"x12": said}}, {}, {})
    partner = workspace.partners["northwind"]
    signs = partner.syntax.x12.delimiters
    bare = {signs.element, signs.component, signs.terminator, signs.repetition}
    kind = said.get("characters", {}).get("set", "any")
    allowed = REPERTOIRES.get(f"X12 {kind}")
    value = fitting(text, "ascii" if allowed else "utf-8", allowed, bare)
    body = [build("BIG", "20260302", value)]
    built = written(workspace, [body, body], number)
    assert built.problems == ()
    interchange, messages, end, problems = read(built.data, None)
    assert not [each for each in problems if each.severity == "error"], problems
    at = Fields(interchange.header)
    wanted = said.get("version", "00401")
    assert interchange.dialect.version == wanted
    repeats = wanted >= "00402" and said.get("standards_id") != "U"
    assert interchange.dialect.delimiters.repetition == (signs.repetition if repeats else "")
    assert int(interchange.reference) == number
    assert at[15] == said.get("usage", "P")
    assert interchange.ack_requested is said.get("ask_ack", False)
    assert at[2].rstrip() == said.get("authorization", {}).get("information", "")
    assert [each.part.segments[1:-1] for each in messages] == [tuple(body)] * 2
    (group,) = end.groups
    assert int(group.header.reference) == number
    assert group.header.sender.id == said.get("group", {}).get("sender", "OURCOMPANY")
    assert group.header.agency == said.get("group", {}).get("agency", "X")


def fitting(
    text: str, codec: str, allowed: frozenset[str] | None, bare: set[str] | None = None
) -> str:
    """A value of what a charset holds."""
    kept = [
        sign
        for sign in text.encode(codec, "ignore").decode(codec)
        if sign.isprintable() and sign not in (bare or ()) and (allowed is None or sign in allowed)
    ]
    return "".join(kept).strip() or "X"


@settings(max_examples=EXAMPLES, deadline=None)
@given(said=st.one_of(edifact(), x12()))
def test_what_can_be_written_is_not_refused_by_the_check(said: dict[str, Any]) -> None:
    standard = "edifact" if ":" in str(said.get("version", "")) else "x12"
    workspace = workspace_of(ROOT, standard, {"syntax": {standard: said}}, {}, {})
    text, _ = read_yaml(yaml.safe_dump({"syntax": {standard: said}}).encode(), "partner.yaml")
    assert text is not None
    checked = replace(workspace, texts={"northwind": text})
    found = [
        *envelope_problems(checked, checked.partners["northwind"], text),
        *counter_problems(checked),
    ]
    refused = [each for each in found if has_errors([each])]
    assert {each.code for each in refused} <= {"C141", "C152"}, refused
