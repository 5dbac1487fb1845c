"""The first exchange by AS2 does what its page says: two gateways serve, and every line is shown.

Ports are free ones, files do not have to rest before they are taken, and the tables of the
databases are there already; all else is as written.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.docs.test_tutorial import shows
from tests.postgres import free_port
from tests.tables import make_tables

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "howto" / "as2-first-exchange.md").read_text("utf-8")
PATIENCE = 30.0
ONCE = ("gateway init", "gateway -w acme replay", "cp ", "mkdir ", "mv ", "rm ", "sed ")
"""Commands that are not given again until what they show is there."""


@dataclass
class Reader:
    """Somebody who follows the page in an empty folder."""

    folder: Path
    ports: dict[str, str]
    serving: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def follow(self) -> None:
        for kind, name, text in re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE, re.M | re.S):
            mine = re.sub("|".join(self.ports), lambda found: self.ports[found[0]], text)
            if kind != "console":
                self.save(self.folder / name, mine)
                continue
            commands = list(steps(mine))
            self.start([command for command, _ in commands if command.endswith(" serve")])
            for command, lines in commands:
                self.give(command, lines)

    def save(self, path: Path, text: str) -> None:
        """A file, or groups of settings that take the place of those of the same name."""
        if path.suffix == ".yaml" and path.exists():
            kept = path.read_text("utf-8")
            for group in re.findall(r"^(\w+):", text, re.M):
                kept = re.sub(rf"^{group}:.*\n(?:[ \n].*\n)*", "", kept, flags=re.M)
            text = kept + text
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def give(self, command: str, lines: list[str]) -> None:
        """The command, until what the page shows is there."""
        until = time.monotonic() + PATIENCE
        while True:
            output = self.answer(command)
            missing = [line for line in lines if not shows(output, line)]
            if not missing:
                break
            late = command.startswith(ONCE) or time.monotonic() > until
            assert not late, f"$ {command}\nshould show {missing}\n{output}\n{self.told()}"
            time.sleep(0.02)
        if command.startswith("gateway init"):
            self.in_a_hurry(self.folder / command.rsplit(maxsplit=1)[-1])

    def answer(self, command: str) -> str:
        """What the command prints now. The gateway's own are run in this process: it is faster."""
        if command.endswith(" serve"):
            return self.log(command).read_text("utf-8")
        if command.startswith("gateway "):
            done = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
            assert done.exit_code in (0, 1), f"$ {command}\n{done.output}"
            return done.stdout
        run = subprocess.run(
            command, shell=True, cwd=self.folder, capture_output=True, text=True, check=False
        )
        return run.stdout

    def start(self, commands: list[str]) -> None:
        """What goes on by itself, each with a file for what it says."""
        gateway = str(Path(sys.executable).with_name("gateway"))
        for command in commands:
            with self.log(command).open("wb") as log:
                process = subprocess.Popen(
                    [gateway, *shlex.split(command)[1:]], cwd=self.folder, stdout=log, stderr=log
                )
            self.serving.append(process)

    def log(self, command: str) -> Path:
        return self.folder / f"{shlex.split(command)[2]}.log"

    def told(self) -> str:
        """What the two gateways said, for whoever looks why a line did not come."""
        return "\n".join(each.read_text("utf-8") for each in self.folder.glob("*.log"))

    def in_a_hurry(self, root: Path) -> None:
        settings = root / "gateway.yaml"
        text = settings.read_text("utf-8")
        assert "{folder: var/erp/in}" in text
        hurried = text.replace("{folder: var/erp/in}", "{folder: var/erp/in, stable_for: 0s}")
        settings.write_text(hurried, "utf-8")
        make_tables(f"sqlite:///{root}/var/gateway.db")


def steps(block: str) -> Iterator[tuple[str, list[str]]]:
    """Commands with the lines that are shown after them."""
    for step in block.removeprefix("$ ").split("\n$ "):
        command, *lines = step.splitlines()
        yield command, [line for line in lines if line.strip()]


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    one = Reader(tmp_path, {port: str(free_port()) for port in ("8480", "8490")})
    yield one
    for process in one.serving:
        process.terminate()
    for process in one.serving:
        process.wait(PATIENCE)


def test_the_first_exchange_runs_as_written(reader: Reader) -> None:
    reader.follow()
    assert len(reader.serving) == 2


def test_every_command_of_the_page_is_given() -> None:
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.M | re.S)
    given = [command for block in blocks for command, _ in steps(block)]
    assert len(given) == len(re.findall(r"^\$ ", PAGE, re.M)) > 30
