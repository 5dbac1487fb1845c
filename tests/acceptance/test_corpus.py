"""Real files by others parse, rewrite byte for byte, and the bad ones are refused with reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_file_of_the_corpus_is_accounted_for() -> None:
    script = ROOT / "benchmarks" / "corpus.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "unexplained: 0" in done.stdout
