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
from gateway.grammar.read import STRICT, Leniency, Reading, Strictness, read, read_segments
from gateway.grammar.tree import Node, Tree

__all__ = [
    "STRICT",
    "UNBOUNDED",
    "Compiled",
    "Component",
    "Composite",
    "Element",
    "ElementSlot",
    "Group",
    "Layout",
    "LayoutError",
    "Leniency",
    "Library",
    "MessageGrammar",
    "Node",
    "Reading",
    "Segment",
    "SegmentSlot",
    "Strictness",
    "Tree",
    "compiled",
    "load_layout",
    "packaged",
    "read",
    "read_layout",
    "read_segments",
]
