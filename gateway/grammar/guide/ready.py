"""A guide made ready, kept as long as the process lives."""

from __future__ import annotations

import threading
from functools import cached_property

from gateway.grammar.guide.compiled import CompiledGuide
from gateway.grammar.guide.fast import FastCheck
from gateway.grammar.guide.model import Guide


class ReadyGuide(CompiledGuide):
    """The checks of a guide, and the fast way over them."""

    @cached_property
    def fast(self) -> FastCheck:
        """Made when the first message needs it."""
        return FastCheck(self)


_KEPT = 256
_lock = threading.Lock()
_made: dict[tuple[int, bool], ReadyGuide] = {}


def ready_guide(guide: Guide, version: str = "") -> ReadyGuide:
    """The compiled form of a guide, made once; ``version`` is that of the syntax (``3``, ``4``).

    The last 256 are kept, so that guides of a configuration that was replaced go in the end.
    """
    spread = guide.base.standard == "edifact" and "" < version < "4"
    key = (id(guide), spread)
    found = _made.get(key)
    if found is None:
        made = ReadyGuide(guide, spread)
        with _lock:
            found = _made.setdefault(key, made)
            while len(_made) > _KEPT:
                del _made[next(iter(_made))]
    return found
