"""A message as a tree of groups. Segments stay strings in normal form; nothing is copied.

``Node.kids`` maps the *index of the member* in ``Group.members`` to its occurrences in wire
order: segment indices for a segment slot, nodes for a group. The trigger itself (member 0) is
``Node.segment`` and not among the kids. Indices point into ``Tree.segments``; index 0 is UNH or
ST, so index + 1 is the position that acknowledgements count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gateway.grammar.model import Group, MessageGrammar


class Node:
    """One occurrence of a group."""

    __slots__ = ("group", "kids", "segment")

    def __init__(self, group: Group, segment: int) -> None:
        self.group = group
        self.segment = segment
        self.kids: dict[int, list[Any]] = {}

    def segments_at(self, member: int) -> list[int]:
        """Indices of the segments in a segment slot."""
        return self.kids.get(member, [])

    def nodes_at(self, member: int) -> list[Node]:
        """Occurrences of a group below."""
        return self.kids.get(member, [])


class Tree:
    """A message that fits its grammar. Its nodes are made when they are asked for."""

    __slots__ = ("_make", "_root", "grammar", "segments")

    def __init__(
        self,
        grammar: MessageGrammar,
        segments: Sequence[str],
        root: Node | Callable[[Sequence[str]], Node | None],
    ) -> None:
        """``root`` is the root node, or makes it of segments whose order was found right."""
        self.grammar = grammar
        self.segments = segments
        self._root = root if isinstance(root, Node) else None
        self._make = None if isinstance(root, Node) else root

    @property
    def root(self) -> Node:
        """The message itself as a group."""
        if self._root is None:
            made = self._make(self.segments) if self._make is not None else None
            if made is None:
                raise AssertionError(f"{self.grammar.name}: the order was right, and has no tree")
            self._root, self._make = made, None
        return self._root
