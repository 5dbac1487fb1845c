"""Pages of shop platforms: their settings are right as they stand there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.config.shops.kit import found, right, shop_file

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page for page in (ROOT / "docs" / "shops").glob("*.md") if "\nkind: " in page.read_text("utf-8")
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_settings_of_a_page_are_right(page: Path, tmp_path: Path) -> None:
    text = re.search(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.S)
    assert text is not None
    name = re.search(r"^shop: (\S+)$", text[1], re.M)
    assert name is not None
    root = right(tmp_path / "workspace")
    shutil.rmtree(root / "shops")
    file = shop_file(root, name[1])
    file.parent.mkdir(parents=True)
    file.write_text(text[1], encoding="utf-8")
    workspace, problems = found(root)
    assert [str(one) for one in problems] == []
    assert list(workspace.shops) == [name[1]]
