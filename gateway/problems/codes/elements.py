"""Problems of the elements layer (codes G2…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code

CODES: tuple[Code, ...] = ()
