"""A shop at work for the tests of plans."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.shop import Shop
from tests.pipeline.world import Clock
from tests.plan.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "shop")
    yield made
    made.gateway.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that orders of a partner and invoices of the ERP came to; made once."""
    made = Shop(tmp_path_factory.mktemp("template") / "shop")
    made.acme()
    made.erp()
    made.run()
    made.gateway.close()
    return made.root


@pytest.fixture
def processed(template: Path, tmp_path: Path) -> Iterator[Shop]:
    """A copy of it, at work."""
    made = Shop.__new__(Shop)
    made.root = Path(shutil.copytree(template, tmp_path / "shop"))
    made.clock = Clock()
    made.start()
    yield made
    made.gateway.close()
