"""Fixtures of the tests of hostile shops."""

from __future__ import annotations

from tests.shops.intake.conftest import world

__all__ = ["world"]
