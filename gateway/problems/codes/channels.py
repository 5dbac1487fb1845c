"""Problems of the channels layer (codes T…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code

CODES: tuple[Code, ...] = ()
