"""What a reader accepts before it stops collecting: bounds memory and time on hostile input."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one reading; on by default.

    The defaults are far above real messages: the longest EDIFACT segment is some kB, the largest
    price catalogues some 10 MB, and UNT 0074 can count only to 999 999.
    """

    segment_bytes: int = 1 << 20
    """Longest segment (and longest run of noise) in bytes; what is longer becomes junk."""
    message_bytes: int = 64 << 20
    """Longest message in bytes; it is cut there and refused, the rest becomes junk."""
    segments_per_message: int = 999_999
    """Most segments of one message."""
