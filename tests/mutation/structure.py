"""What is wrong with the order of segments, by brute force: the smallest repair.

A message is read by an automaton that tries every way through the grammar at once and counts how
often each slot was used. What it cannot read is repaired: a segment is passed over (*excess*) or
put in (*missing*), as few as possible. This knows nothing of how the engine resynchronises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gateway.grammar.model import Group, MessageGrammar

Frame = tuple[int, int, int]
"""Number of a group that is open, index of the member that was reached, how often it was used."""
State = tuple[Frame, ...]
Step = tuple[State, str, int | None, bool, tuple[int, ...]]
"""State, tag, number of the group that is started, whether the slot is full, members skipped."""
_DEAREST = 3


class Automaton:
    """The groups of a message by number, 0 the message itself, and the ways between its slots."""

    def __init__(self, grammar: MessageGrammar) -> None:
        self.groups: list[Group] = []
        self.numbers: dict[int, int] = {}
        self._collect(grammar.root)
        self.follow = lru_cache(maxsize=None)(self._follow)
        self.start: State = ((0, -1, 0),)

    def _collect(self, group: Group) -> None:
        self.numbers[id(group)] = len(self.groups)
        self.groups.append(group)
        for member in group.members:
            if isinstance(member, Group):
                self._collect(member)

    def steps(self, state: State, *, free: bool = False) -> Iterator[Step]:
        skipped: tuple[int, ...] = ()
        for depth in range(len(state) - 1, -1, -1):
            number, reached, used = state[depth]
            members = self.groups[number].members
            if reached >= 0 and not (depth and reached == 0):
                yield self._into(state, depth, reached, used, skipped)
            for index in range(reached + 1, len(members)):
                yield self._into(state, depth, index, 0, skipped)
                if members[index].min:
                    if not free:
                        return
                    skipped = (*skipped, index)

    def _into(
        self, state: State, depth: int, index: int, used: int, skipped: tuple[int, ...]
    ) -> Step:
        number = state[depth][0]
        member = self.groups[number].members[index]
        frames = (*state[:depth], (number, index, used + 1))
        full = used >= member.max
        if isinstance(member, Group):
            own = self.numbers[id(member)]
            return (*frames, (own, 0, 1)), member.tag, own, full, skipped
        return frames, member.tag, None, full, skipped

    def ends(self, state: State) -> bool:
        """Whether a message may end here."""
        return not any(
            member.min
            for number, reached, _ in state
            for member in self.groups[number].members[reached + 1 :]
        )

    def _follow(self, state: State, tag: str) -> tuple[State, ...]:
        return tuple(to for to, own, _, full, _ in self.steps(state) if own == tag and not full)

    def broken_at(self, tags: Sequence[str]) -> int | None:
        """The first segment with which no valid message can begin any more."""
        states = {self.start}
        for at, tag in enumerate(tags):
            states = {to for state in states for to in self.follow(state, tag)}
            if not states:
                return at
        return None if any(map(self.ends, states)) else len(tags)


_made: dict[int, Automaton] = {}


def automaton(grammar: MessageGrammar) -> Automaton:
    """The automaton of a grammar, made once."""
    made = _made.get(id(grammar))
    if made is None:
        made = _made[id(grammar)] = Automaton(grammar)
    return made


@dataclass(frozen=True, order=True)
class Edit:
    """A repair at a segment (index from 0): ``excess`` or ``missing`` before it."""

    at: int
    what: str
    tag: str
    group: str = ""
    """Name of the group that a missing segment starts."""
    full: str = ""
    """Of an excess: ``segment`` or ``group`` where its slot is used up."""


Script = tuple[Edit, ...]


def repairs(grammar: MessageGrammar, tags: Sequence[str], dearest: int = _DEAREST) -> set[Script]:
    """All smallest repairs; empty where none is small enough. ``{()}`` for what is right."""
    table = automaton(grammar)
    level: dict[int, dict[State, set[Script]]] = {0: {table.start: {()}}}
    ends: dict[int, set[Script]] = {}
    for at in range(len(tags) + 1):
        tag = tags[at] if at < len(tags) else ""
        following: dict[int, dict[State, set[Script]]] = {}
        for cost in range(dearest + 1):
            for state, scripts in list(level.get(cost, {}).items()):
                if at == len(tags):
                    if table.ends(state):
                        ends.setdefault(cost, set()).update(scripts)
                else:
                    for to in table.follow(state, tag):
                        following.setdefault(cost, {}).setdefault(to, set()).update(scripts)
                    if cost < dearest:
                        own = Edit(at, "excess", tag, full=_full(table, state, tag))
                        grown = {(*script, own) for script in scripts}
                        following.setdefault(cost + 1, {}).setdefault(state, set()).update(grown)
                        for to, more in _beyond(table, state, at, tag):
                            grown = {(*script, more) for script in scripts}
                            following.setdefault(cost + 1, {}).setdefault(to, set()).update(grown)
                if cost < dearest:
                    for to, edit in _put_in(table, state, at, tag):
                        grown = {(*script, edit) for script in scripts}
                        level.setdefault(cost + 1, {}).setdefault(to, set()).update(grown)
        if at < len(tags):
            level = _pruned(following)
    return ends[min(ends)] if ends else set()


def _pruned(
    level: dict[int, dict[State, set[Script]]],
) -> dict[int, dict[State, set[Script]]]:
    """Without states that were reached for less."""
    best: dict[State, int] = {}
    for cost in sorted(level):
        for state in list(level[cost]):
            if best.setdefault(state, cost) < cost:
                del level[cost][state]
    return level


def _put_in(table: Automaton, state: State, at: int, tag: str) -> Iterator[tuple[State, Edit]]:
    """Segments that may be missing here: what is mandatory, and triggers of groups with the tag."""
    for to, own, group, full, skipped in table.steps(state):
        if full or skipped:
            continue
        number, index, used = to[-1] if group is None else to[-2]
        mandatory = table.groups[number].members[index].min and used == 1
        started = None if group is None else table.groups[group]
        holds = started is not None and any(one.tag == tag for one in started.members[1:])
        if mandatory or holds:
            yield to, Edit(at, "missing", own, started.name if started else "")


def _beyond(table: Automaton, state: State, at: int, tag: str) -> Iterator[tuple[State, Edit]]:
    """Groups that are started once more than they may: what they hold is read with them."""
    for to, own, group, full, _ in table.steps(state):
        if full and group is not None and own == tag:
            yield to, Edit(at, "excess", tag, full="group")


def _full(table: Automaton, state: State, tag: str) -> str:
    for _, own, group, full, _ in table.steps(state):
        if own == tag:
            return ("group" if group else "segment") if full else ""
    return ""


def place_of(
    grammar: MessageGrammar, tags: Sequence[str], at: int, without: Script
) -> tuple[bool, str]:
    """Whether the groups that are open at a segment have its tag, and what of it is used up.

    The first says that the segment is out of sequence, else it is not expected. The second is
    ``segment`` or ``group`` where the slot that it left behind cannot take it either.
    ``without`` is the repair that passes over it.
    """
    table = automaton(grammar)
    passed = {edit.at for edit in without if edit.what == "excess" and edit.full != "group"}
    states = [table.start]
    for index, tag in enumerate(tags[:at]):
        if index not in passed:
            lacking = [edit for edit in without if edit.what == "missing" and edit.at == index]
            for wanted in [*(edit.tag for edit in lacking), tag]:
                states += _on(table, states[-1], wanted)
    state = states[-1]
    near, full = False, ""
    for depth, (number, reached, _) in enumerate(state):
        for index, member in enumerate(table.groups[number].members):
            if member.tag != tags[at] or (depth and index == 0):
                continue
            near = True
            used = _used(states, depth, index)
            if index <= reached and used >= member.max and not full:
                full = "group" if isinstance(member, Group) else "segment"
            elif index > reached or used < member.max:
                return True, ""
    return near, full


def _on(table: Automaton, state: State, tag: str) -> list[State]:
    """The next state, also beyond a maximum; none where the tag does not fit."""
    ways = sorted((full, to) for to, own, _, full, _ in table.steps(state) if own == tag)
    return [to for _, to in ways[:1]]


def _used(states: Sequence[State], depth: int, index: int) -> int:
    """How often a member of the group that is open at a depth was used in this instance."""
    count = 0
    for state in reversed(states):
        if len(state) <= depth:
            break
        frame = state[depth]
        own = len(state) == depth + 1 or (len(state) == depth + 2 and state[-1][1:] == (0, 1))
        count += own and frame[1] == index
        if depth and own and frame[1:] == (0, 1):
            break  # the trigger: here the instance began
    return count
