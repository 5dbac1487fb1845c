"""Shared by the tests of shops."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def shop_samples() -> Path:
    """The folder of samples and schemas that other projects publish, where somebody has them.

    Set ``GATEWAY_SHOP_SAMPLES``. Their licences let nobody put them here; what every run needs is
    in files of our own.
    """
    folder = os.environ.get("GATEWAY_SHOP_SAMPLES")
    if not folder:
        pytest.skip("GATEWAY_SHOP_SAMPLES names no folder")
    return Path(folder)
