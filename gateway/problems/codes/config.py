"""Problems of the config layer (codes C…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code

CODES: tuple[Code, ...] = ()
