"""Floor 2: bytes ⇄ segments, without I/O and streaming.

Reading: :func:`read` and :func:`read_bytes` give :class:`Part` values that tile the input;
:func:`spans` and :func:`locate` find the exact bytes of a segment or element again.
Writing: :func:`build` makes segments in normal form, :func:`write_segments` writes them.
Between the two everything is a segment in normal form (:mod:`gateway.syntax.normal`).
"""

from gateway.syntax.delimiters import (
    EDIFACT_3,
    EDIFACT_4,
    EDIFACT_B,
    X12_00401,
    X12_00501,
    Delimiters,
    service_string_advice,
)
from gateway.syntax.detect import detect
from gateway.syntax.limits import Limits
from gateway.syntax.locate import locate, spans
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION, TERMINATOR, build, elements
from gateway.syntax.part import Dialect, Kind, Part, SegmentSpan
from gateway.syntax.stream import read, read_bytes
from gateway.syntax.write import write_segments

__all__ = [
    "COMPONENT",
    "EDIFACT_3",
    "EDIFACT_4",
    "EDIFACT_B",
    "ELEMENT",
    "REPETITION",
    "TERMINATOR",
    "X12_00401",
    "X12_00501",
    "Delimiters",
    "Dialect",
    "Kind",
    "Limits",
    "Part",
    "SegmentSpan",
    "build",
    "detect",
    "elements",
    "locate",
    "read",
    "read_bytes",
    "service_string_advice",
    "spans",
    "write_segments",
]
