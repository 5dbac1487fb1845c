"""The permanent differential test: what accepts fast and what explains must say the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from gateway.grammar import Compiled, Library, compiled
from gateway.grammar.model import MessageGrammar
from gateway.grammar.read import accepted, explain
from gateway.grammar.sample import Sampler
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

GRAMMARS = [
    *[("edifact", "D96A", name) for name in ("ORDERS", "DESADV", "INVOIC", "DELFOR", "INVRPT")],
    *[("edifact", "D01B", name) for name in ("ORDERS", "DESADV", "INVOIC", "ORDRSP", "PRICAT")],
    *[("x12", "004010", name) for name in ("850", "855", "856", "810", "832", "997")],
    *[("x12", "005010", name) for name in ("850", "856", "832", "999")],
]
ROUNDS = 8
_VALUES = ("", "X", "12", "-1.5", "1,5", ".5", "5.", "-", "20240230", "2460", "ZZZ", "Z", "A" * 600)

Mutation = Callable[[random.Random, list[str], MessageGrammar], None]


def _drop(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    del segments[random_.randrange(len(segments))]


def _duplicate(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    segments[at:at] = [segments[at]] * random_.choice((1, 2, 12))


def _swap(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    one, other = random_.randrange(len(segments)), random_.randrange(len(segments))
    segments[one], segments[other] = segments[other], segments[one]


def _move(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    moved = segments.pop(random_.randrange(len(segments)))
    segments.insert(random_.randrange(len(segments) + 1), moved)


def _other_tag(random_: random.Random, segments: list[str], grammar: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    tag = random_.choice(["XYZ", "N", "n1", "", "NADX", *sorted(grammar.segments)])
    segments[at] = ELEMENT.join([tag, *segments[at].split(ELEMENT)[1:]])


def _another(random_: random.Random, segments: list[str], grammar: MessageGrammar) -> None:
    definition = grammar.segments[random_.choice(sorted(grammar.segments))]
    sampler = Sampler(grammar, random_.randrange(1000))
    segments.insert(random_.randrange(len(segments)), sampler.segment(definition))


def _element(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    elements = segments[at].split(ELEMENT)
    if len(elements) > 1:
        elements[random_.randrange(1, len(elements))] = random_.choice(_VALUES)
    segments[at] = ELEMENT.join(elements)


def _component(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    elements = segments[at].split(ELEMENT)
    if len(elements) > 1:
        which = random_.randrange(1, len(elements))
        components = elements[which].split(COMPONENT)
        components[random_.randrange(len(components))] = random_.choice(_VALUES)
        elements[which] = COMPONENT.join(components)
    segments[at] = ELEMENT.join(elements)


def _sign(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    where = random_.randint(0, len(segments[at]))
    sign = random_.choice((ELEMENT, COMPONENT, REPETITION, "0", "9", "-", ".", "a", " "))
    kept = random_.choice((0, 1))
    segments[at] = segments[at][:where] + sign + segments[at][where + kept :]


def _more_elements(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    segments[at] += random_.choice((ELEMENT, COMPONENT, REPETITION)) * random_.choice((1, 3, 40))
    segments[at] += random_.choice(("", "1"))


def _cut(random_: random.Random, segments: list[str], _: MessageGrammar) -> None:
    at = random_.randrange(len(segments))
    segments[at] = segments[at][: random_.randint(0, len(segments[at]))]


MUTATIONS: Sequence[Mutation] = (
    *(_drop, _duplicate, _swap, _move, _other_tag, _another),
    *(_element, _component, _sign, _more_elements, _cut),
)


def _verdicts(table: Compiled, segments: Sequence[str]) -> tuple[bool, bool]:
    return table.accept(segments) is not None, accepted(explain(segments, table, every=True))


@pytest.mark.parametrize("name", GRAMMARS, ids="-".join)
def test_both_ways_agree_on_mutants(name: tuple[str, str, str], library: Library) -> None:
    grammar = library.message(*name)
    assert grammar is not None
    table = compiled(grammar)
    refused = 0
    for seed in range(ROUNDS):
        good = Sampler(grammar, seed, 0.25).message()
        for mutate in MUTATIONS:
            random_ = random.Random(f"{name} {seed} {mutate.__name__}")
            segments = list(good)
            mutate(random_, segments, grammar)
            fast, explained = _verdicts(table, segments)
            if fast != explained:
                # a choice between slots, or a slot that is full, is left to the walker
                assert explained, (seed, mutate.__name__, segments)
                assert table.structure.tree(segments) is None, (seed, mutate.__name__, segments)
            refused += not explained
    assert refused > ROUNDS * len(MUTATIONS) / 3


@pytest.mark.parametrize("name", GRAMMARS, ids="-".join)
def test_samples_are_accepted(name: tuple[str, str, str], library: Library) -> None:
    grammar = library.message(*name)
    assert grammar is not None
    table = compiled(grammar)
    for seed in range(ROUNDS):
        segments = Sampler(grammar, seed, 0.1 * (seed % 6)).message()
        reading = explain(segments, table, every=True)
        assert accepted(reading), [str(found) for found in reading.problems]


@pytest.mark.parametrize("name", GRAMMARS, ids="-".join)
def test_both_ways_make_the_same_tree(name: tuple[str, str, str], library: Library) -> None:
    grammar = library.message(*name)
    assert grammar is not None
    table = compiled(grammar)
    for seed in range(ROUNDS):
        segments = Sampler(grammar, seed, 0.3).message()
        fast, slow = table.accept(segments), explain(segments, table).tree
        assert slow is not None
        if fast is not None:
            assert _drawn(fast.root) == _drawn(slow.root)


def _drawn(node: object) -> object:
    kids = getattr(node, "kids", None)
    if kids is None:
        return node
    return (
        node.group.name,  # type: ignore[attr-defined]
        node.segment,  # type: ignore[attr-defined]
        {member: [_drawn(kid) for kid in found] for member, found in kids.items()},
    )
