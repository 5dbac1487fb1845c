"""The alarms about what comes by AS2: their keys, and how long they stand.

Two are raised where it happens, and nothing that could be looked up says that it is over: they are
over when it has not happened again for a while (:mod:`gateway.pipeline.watch.arrivals`).
"""

from __future__ import annotations

from datetime import timedelta

AREA = "as2-received/"
OTHER = f"{AREA}other/"
"""A135, by channel."""
FAILURES = f"{AREA}failures/"
"""A136, by channel."""
UNOPENED = f"{AREA}unopened/"
"""A137, by message."""
DEADLY = f"{AREA}deadly/"
"""A137 as well, by message: one that processes die of."""
STANDS = {
    OTHER: timedelta(days=7),
    FAILURES: timedelta(hours=1),
    DEADLY: timedelta(days=7),
}
FAILED = 5
"""Failed attempts to open a message after which a person is told."""
