"""A thousand shops load in no time; what one process read, it does not read again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from gateway.config import load_workspace
from tests.config.shops.kit import RIGHT

MANY = 300
SECONDS = 6.0
"""A tenth of it is needed on a quiet machine."""


def test_many_shops_load_quickly(tmp_path: Path) -> None:
    shutil.copytree(RIGHT / "partners", tmp_path / "partners")
    (tmp_path / "gateway.yaml").write_text("schema: 1\n")
    for number in range(MANY):
        name = f"s{number}"
        (tmp_path / "shops" / name).mkdir(parents=True)
        (tmp_path / "shops" / name / "shop.yaml").write_text(
            f"shop: {name}\nname: Shop {number}\nkind: woocommerce\n"
            f"woocommerce: {{url: https://{name}.example.com, key: '${{env:K}}', "
            f"secret: '${{env:S}}'}}\norders: {{number: '{name}-{{number}}'}}\n"
        )
    began = time.process_time()
    workspace, problems = load_workspace(tmp_path)
    assert workspace is not None
    assert (len(workspace.shops), problems) == (MANY, [])
    assert time.process_time() - began < SECONDS
