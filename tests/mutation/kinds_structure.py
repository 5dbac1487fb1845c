"""Defects of the order of segments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from gateway.grammar.model import UNBOUNDED, Group
from tests.mutation.bases import grammar_of
from tests.mutation.kind import Lazy, Mutant, consequences, finished, in_subject, kind
from tests.mutation.model import Doc, Seg
from tests.mutation.oracle import Found
from tests.mutation.structure import Edit, Script, automaton, place_of, repairs

_MOST = 30
"""Largest maximum that is exceeded: a mutant should stay a message of usual size."""


def ordered(doc: Doc, changed: Sequence[Seg], where: str) -> Mutant:
    """A mutant, explained by the smallest repairs of its order."""
    mutated = doc.with_subject(changed)
    grammar = grammar_of(doc)
    tags = [one.tag for one in mutated.subject]
    scripts: set[Script] = set()
    for dearest in (0, 1, 2, 3):
        scripts = repairs(grammar, tags, dearest)
        if scripts:
            break
    first = automaton(grammar).broken_at(tags)
    explained = [
        (
            _rank(script, first),
            finished(mutated, [*_told(doc, tags, script), *_rest(mutated, script)]),
        )
        for script in scripts
    ]
    explained.sort(key=lambda each: each[0])
    best, *others = [found for _, found in explained] or [()]
    return Mutant(where, mutated, best, tuple(others))


def _rank(script: Script, first: int | None) -> tuple[object, ...]:
    """A repair where reading stops is the plainest; a segment too much before one that lacks."""
    at_break = [edit.what for edit in script if edit.at == first]
    return (len(_merged(script)), not at_break, "excess" not in at_break, script)


def _merged(script: Script) -> list[Edit]:
    """A segment that is too much here and missing there is one that stands wrong."""
    lacking = [edit.tag for edit in script if edit.what == "missing"]
    kept = []
    moved = []
    for edit in script:
        if edit.what == "excess" and edit.tag in lacking:
            lacking.remove(edit.tag)
            moved.append(edit.tag)
            kept.append(edit)
        elif edit.what == "excess":
            kept.append(edit)
    for edit in script:
        if edit.what == "missing":
            if edit.tag in moved:
                moved.remove(edit.tag)
            else:
                kept.append(edit)
    return sorted(kept)


def _told(doc: Doc, tags: Sequence[str], script: Script) -> Iterator[Found]:
    grammar = grammar_of(doc)
    lacking = [edit.tag for edit in script if edit.what == "missing"]
    for edit in _merged(script):
        if edit.what == "missing":
            code = "G106" if edit.group else "G105"
            yield in_subject(code, edit.at + 1, tag=edit.tag)
            continue
        if edit.tag not in grammar.segments:
            sound = 2 <= len(edit.tag) <= 3 and edit.tag.isalnum() and edit.tag.isupper()
            code = "G102" if sound else "G101"
        elif edit.full and edit.tag not in lacking:
            code = "G107" if edit.full == "segment" else "G108"
        else:
            near, full = place_of(grammar, tags, edit.at, script)
            moved = edit.tag in lacking
            code = "G103" if near else "G104"
            if full and not moved:
                code = "G107" if full == "segment" else "G108"
        yield in_subject(code, edit.at + 1, tag=edit.tag)


def _rest(mutated: Doc, script: Script) -> Iterator[Found]:
    yield from consequences(mutated, sound=not script)


@kind("segment dropped")
def dropped(doc: Doc) -> Iterator[Lazy]:
    own = doc.subject
    for at in range(1, len(own) - 1):
        yield partial(ordered, doc, [*own[:at], *own[at + 1 :]], f"{at + 1} {own[at].tag}")


@kind("segment doubled")
def doubled(doc: Doc) -> Iterator[Lazy]:
    own = doc.subject
    for at in range(1, len(own) - 1):
        yield partial(ordered, doc, [*own[: at + 1], *own[at:]], f"{at + 1} {own[at].tag}")


@kind("neighbours swapped")
def swapped(doc: Doc) -> Iterator[Lazy]:
    own = doc.subject
    for at in range(1, len(own) - 2):
        changed = [*own[:at], own[at + 1], own[at], *own[at + 2 :]]
        yield partial(ordered, doc, changed, f"{at + 1} {own[at].tag} {own[at + 1].tag}")


@kind("segment moved")
def moved(doc: Doc) -> Iterator[Lazy]:
    own = doc.subject
    for at in range(1, len(own) - 1):
        rest = [*own[:at], *own[at + 1 :]]
        for to in range(1, len(rest)):
            if to not in (at - 1, at, at + 1):
                changed = [*rest[:to], own[at], *rest[to:]]
                yield partial(ordered, doc, changed, f"{at + 1} {own[at].tag} to {to + 1}")


def _inserted(doc: Doc, segment: Seg) -> Iterator[Lazy]:
    own = doc.subject
    for at in range(1, len(own)):
        yield partial(ordered, doc, [*own[:at], segment, *own[at:]], f"{segment.tag} as {at + 1}")


@kind("unknown tag")
def unknown(doc: Doc) -> Iterator[Lazy]:
    yield from _inserted(doc, Seg("XYZ", ((("1",),),)))


@kind("illegal tag")
def illegal(doc: Doc) -> Iterator[Lazy]:
    for tag in ("n1", "NADX", "N-"):
        if tag.isupper() or "UNOA" not in doc.name:  # small letters are outside that level, too
            yield from _inserted(doc, Seg(tag, ((("1",),),)))


@kind("segment over its maximum")
def too_many(doc: Doc) -> Iterator[Lazy]:
    yield from _exceeded(doc, groups=False)


@kind("group over its maximum")
def too_many_groups(doc: Doc) -> Iterator[Lazy]:
    yield from _exceeded(doc, groups=True)


def _exceeded(doc: Doc, *, groups: bool) -> Iterator[Lazy]:
    """Each slot that is used: its segment (or group) as often as allowed, and once more."""
    own = doc.subject
    for first, last, member in _used(doc):
        if isinstance(member, Group) is not groups or member.max >= min(UNBOUNDED, _MOST):
            continue
        block = own[first : last + 1] if groups else own[first : first + 1]
        for count in (member.max, member.max + 1):
            changed = [*own[:first], *block * count, *own[first + len(block) :]]
            yield partial(ordered, doc, changed, f"{first + 1} {own[first].tag} × {count}")


def _used(doc: Doc) -> Iterator[tuple[int, int, object]]:
    """Index of a segment, of the last of its group, and its slot; only where it stands alone."""
    own = doc.subject
    tags = [one.tag for one in own]
    root = grammar_of(doc).root

    def inside(group: Group, at: int) -> Iterator[tuple[int, int, object]]:
        """Greedy reading, right for the good messages; the last item is (-1, end, None)."""
        for member in group.members:
            first, count = at, 0
            while at < len(tags) and tags[at] == member.tag and count < member.max:
                if isinstance(member, Group):
                    start = at
                    for item in inside(member, at):
                        if item[0] >= 0:
                            yield item
                        else:
                            at = item[1]
                    count += 1
                    block = (start, at - 1, member)
                else:
                    at += 1
                    count += 1
            if count == 1:
                yield block if isinstance(member, Group) else (first, first, member)
        yield -1, at, None

    for item in inside(root, 0):
        if item[0] > 0 and tags[item[0]] not in ("UNT", "SE"):
            yield item
