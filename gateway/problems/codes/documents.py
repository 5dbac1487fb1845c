"""Problems of the documents layer (codes E/V…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code

CODES: tuple[Code, ...] = ()
