"""Alarms about channels by which nothing comes (A155-A157)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, row

_row = partial(row, Layer.ALARM)
_WHY = (
    "When a schedule of the partner stops, or his server puts files elsewhere, no error tells of "
    "it: only the files are missing."
)
_REMEDY = (
    "gateway channel look {partner} {channel} shows whether a file waits and why; then ask "
    "{partner}. The alarm ends when a file comes"
)

CODES = (
    _row(
        "A155",
        "Nothing has come by a channel for too long",
        "no file has come from {partner} by channel {channel} since {since}, although silent is "
        "{silent}",
        why=_WHY,
        remedy=_REMEDY,
    ),
    _row(
        "A156",
        "Nothing has ever come by a channel",
        "no file has come from {partner} by channel {channel} since it was set up on {since}, "
        "although silent is {silent}",
        why=_WHY,
        remedy=_REMEDY,
    ),
)
