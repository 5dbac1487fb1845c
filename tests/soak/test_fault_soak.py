"""The long form of the fault suite: every scenario on every database, thousands of messages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.faults import ON, options_of, scenario

MESSAGES = {"kills": 2000}
CASES = [(name, kind) for name, kinds in ON.items() for kind in kinds]


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(("name", "kind"), CASES, ids=["-".join(case) for case in CASES])
def test_nothing_is_lost_doubled_or_left(tmp_path: Path, name: str, kind: str) -> None:
    options = options_of(["--messages", str(MESSAGES.get(name, 400)), "--seed", "7"])
    outcome = scenario(name, kind, tmp_path, options)
    assert outcome.clean, outcome.text()
