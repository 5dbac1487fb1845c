"""Whatever the files say, loading gives a workspace or problems, and the other partners stay."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config import load_workspace
from gateway.problems.render import render

BASE = Path(__file__).parent / "workspace"
ACME = "partners/acme-retail/partner.yaml"
TEXT = (BASE / ACME).read_text(encoding="utf-8")
PIECES = st.sampled_from(
    ["{", "}", "[", "]", ":", "- ", "\n", "  ", "&a ", "*a", "!!int ", "|", ">", "'", '"', "#", "~"]
) | st.sampled_from(
    ["null", "NO", "1e999", "-1", "\x00", "\u2028", "é", "partner:", "agreements:", "<<: *a"]
)


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.lists(PIECES, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_damaged_partner_never_raises(start: int, cut: int, put: list[str]) -> None:
    damaged = TEXT[:start] + "".join(put) + TEXT[start + cut :]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(BASE, Path(folder) / "w"))
        (root / ACME).write_text(damaged, encoding="utf-8")
        workspace, problems = load_workspace(root)
    assert workspace is not None
    assert "northwind" in workspace.partners
    assert ("acme-retail" in workspace.partners) != ("acme-retail" in workspace.broken)
    assert problems or "acme-retail" in workspace.partners
    for found in problems:
        assert render(found, damaged)


@given(st.sampled_from(["gateway.yaml", "partners/_own.yaml"]), st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_damaged_main_files_never_raise(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(BASE, Path(folder) / "w"))
        (root / name).write_bytes(data)
        workspace, problems = load_workspace(root)
    assert workspace is not None or problems
