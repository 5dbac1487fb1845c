"""Commands that pages show, given in a folder, and what is said to them.

The gateway's own are run in this process, each as if it were a new one: to start a program takes
longer than most commands. All others are given to a shell.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from gateway.cli.main import main


@dataclass(frozen=True)
class Answer:
    """What a command said, and its exit code."""

    shown: str
    errors: str
    code: int


def give(command: str, folder: Path) -> Answer:
    """Run the command; ``folder`` is the current one."""
    assert folder.samefile(Path.cwd())
    if command.startswith("gateway "):
        done = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
        return Answer(done.stdout, done.stderr, done.exit_code)
    run = subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, check=False
    )
    return Answer(run.stdout, run.stderr, run.returncode)


def shows(output: str, line: str) -> bool:
    """Whether the line is in the output; ``…`` stands for anything, blanks for any blanks."""
    pieces = [r"\s+".join(map(re.escape, piece.split())) for piece in line.split("…")]
    return re.search(r".*?".join(r"\s*" + piece + r"\s*" for piece in pieces), output) is not None
