"""Killed while references hold and release interchanges: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.pipeline import Gateway
from tests.pipeline.crash import Trial
from tests.pipeline.stub import StubTranslation
from tests.pipeline.test_acknowledging import without_quantity
from tests.pipeline.world import ACME, Clock, drop, make, orders

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
AGREED = ACME.replace("mode: live}", "mode: live, acknowledge: {business: aperak, numbers: own}}")
FILES = {"partners/acme-retail/partner.yaml": f"{AGREED}references: {{gap: hold}}\n"}


def opener(root: Path, checkpoint: Callable[[str], None]) -> Gateway:
    workspace = make(root, FILES)
    translation = StubTranslation(workspace)
    return Gateway.open(
        workspace,
        clock=Clock(),
        checkpoint=checkpoint,
        translation=translation,  # type: ignore[arg-type]
    )


class GapTrial(Trial):
    """3 comes before 2, and is held until 2 was processed; 4 is wrong in its content."""

    def _prepare(self) -> None:
        make(self.root, FILES)
        drop(self.root / "acme/in", "a.edi", orders("1", ["PO1"]))
        self._run(lambda _name: None)
        self._fetch()
        drop(self.root / "acme/in", "b.edi", orders("3", ["PO3"]))
        drop(self.root / "acme/in", "c.edi", orders("2", ["PO2"]))
        drop(self.root / "acme/in", "d.edi", without_quantity(orders("4", ["PO4"])))
        shutil.copytree(self.root, self.start)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else tmp_path_factory.mktemp("crash")
    with tempfile.TemporaryDirectory(dir=base) as folder:
        yield GapTrial(Path(folder), opener)


def test_the_scenario_holds_and_releases(trial: Trial) -> None:
    names = [name for name in trial.expected if name.startswith("erp/out/order/")]
    assert len(names) == 2
    assert any("APERAK" in name for name in trial.expected)
    assert "reference: before commit" in trial.names


def test_killed_where_references_are_decided(trial: Trial) -> None:
    points = [
        point
        for point, name in enumerate(trial.names, 1)
        if name.startswith(("reference", "split", "interchange")) and "begin" not in name
    ]
    assert len(points) >= 8
    for point in points:
        result = trial.kill(point)
        assert result.clean, (point, trial.names[point - 1], result)
