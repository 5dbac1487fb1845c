"""Problems of the syntax layer (codes S…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code

CODES: tuple[Code, ...] = ()
