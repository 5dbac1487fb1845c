"""The order of segments as one regular expression over a string with one sign per segment.

The *profile* of a message has one character for each of its segments: ``BGM DTM NAD NAD LIN`` is
five characters. Nesting, mandatory slots and maxima of the whole message are one expression over
it, with possessive quantifiers only, so the time is linear. It says yes or no; the tree is made
from the same grammar when somebody asks for it (:mod:`gateway.grammar.structure`), and what is
wrong is explained by :mod:`gateway.grammar.walk`.

An expression that never goes back is right where one segment of look-ahead decides. For the few
messages in which it does not (:mod:`gateway.grammar.ambiguity`) there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from gateway.grammar.ambiguity import ambiguities
from gateway.grammar.model import Group, MessageGrammar, SegmentSlot
from gateway.grammar.structure import KEY
from gateway.syntax.normal import ELEMENT

_FIRST_SIGN = 0x4E00
"""Of the signs that stand for tags: letters that need no escaping in an expression."""
_UNKNOWN = "\x00"
_head = itemgetter(slice(0, KEY))


class Profile:
    """Profiles of the messages of one grammar."""

    def __init__(self, grammar: MessageGrammar) -> None:
        tags = sorted(_tags(grammar.root))
        self.signs: Mapping[str, str] = {tag: chr(_FIRST_SIGN + at) for at, tag in enumerate(tags)}
        keys = {f"{tag}{ELEMENT}"[:KEY]: sign for tag, sign in self.signs.items()}
        self._sign = {**self.signs, **keys}.get
        self._match: Callable[[str], object] | None = None
        if not ambiguities(grammar):
            self._match = re.compile(_members(grammar.root, self.signs)).fullmatch

    def of(self, segments: Sequence[str]) -> str:
        """The profile of a message; NUL stands for a segment that the grammar does not have.

        Only the first characters of a segment are looked at: that ``NADX`` is not ``NAD`` is found
        with its contents.
        """
        sign = self._sign
        try:
            return "".join(map(sign, map(_head, segments)))  # type: ignore[arg-type]
        except TypeError:  # a segment without a sign
            return "".join([sign(segment[:KEY]) or _UNKNOWN for segment in segments])

    @property
    def decides(self) -> bool:
        """Whether :meth:`fits` can be asked: not for an ambiguous message."""
        return self._match is not None

    def fits(self, profile: str) -> bool:
        """Whether the segments stand in an order that the grammar allows."""
        return self._match is not None and self._match(profile) is not None


def _tags(group: Group) -> set[str]:
    inside = (_tags(one) if isinstance(one, Group) else {one.tag} for one in group.members)
    return set().union(*inside)


def _members(group: Group, signs: Mapping[str, str]) -> str:
    return "".join(_slot(member, signs) for member in group.members)


def _slot(member: SegmentSlot | Group, signs: Mapping[str, str]) -> str:
    text = f"(?:{_members(member, signs)})" if isinstance(member, Group) else signs[member.tag]
    if (member.min, member.max) == (1, 1):
        return text
    return f"{text}{{{member.min},{member.max}}}+"
