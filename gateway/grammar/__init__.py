"""Floor 3: segments ⇄ tree. Grammars as data, reading with all findings, envelopes, answers."""

from gateway.grammar.compiled import Compiled, compiled
from gateway.grammar.layout import Layout, LayoutError, load_layout, read_layout
from gateway.grammar.library import Library, packaged
from gateway.grammar.model import (
    UNBOUNDED,
    Component,
    Composite,
    Element,
    ElementSlot,
    Group,
    MessageGrammar,
    Segment,
    SegmentSlot,
)
from gateway.grammar.read import Reading, read, read_segments
from gateway.grammar.tree import Node, Tree

__all__ = [
    "UNBOUNDED",
    "Compiled",
    "Component",
    "Composite",
    "Element",
    "ElementSlot",
    "Group",
    "Layout",
    "LayoutError",
    "Library",
    "MessageGrammar",
    "Node",
    "Reading",
    "Segment",
    "SegmentSlot",
    "Tree",
    "compiled",
    "load_layout",
    "packaged",
    "read",
    "read_layout",
    "read_segments",
]
