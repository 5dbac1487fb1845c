"""The sample partners by SFTP can be copied and checked as their page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.reader import ROOT, reader
from tests.sftp.sshd import require_openssh

PARTNERS = ROOT / "samples" / "partners"


def test_the_page_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_openssh()
    monkeypatch.chdir(tmp_path)
    page = (PARTNERS / "README.md").read_text("utf-8")
    for each in PARTNERS.iterdir():
        assert each.is_file() or f"`{each.name}`" in page
    with reader(page, tmp_path, ()) as one:
        one.follow()
