"""Somebody who follows a page of ours in an empty folder: files are saved, commands are given.

What a page shows after a command has to be in the answer. Ports are free ones, files do not have
to rest before they are taken, and the tables of the databases are there already; all else is as
written.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from gateway.cli.main import main
from tests.docs.terminal import shows
from tests.postgres import free_port
from tests.tables import make_tables

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
PAUSE = 0.1
"""Seconds between two attempts: whoever is waited for needs the machine, too."""
ONCE = re.compile(r"gateway init|gateway .* replay |gateway .* hostkey new |(cp|mkdir|mv|rm|sed) ")
"""Commands that are not given again until what they show is there."""
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


@dataclass
class Reader:
    """Somebody who follows ``page`` in ``folder``."""

    page: str
    folder: Path
    instead: dict[str, str]
    """What stands on the page, and what it is here: ports, later the fingerprint of a new key."""
    serving: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def follow(self) -> None:
        for kind, name, text in re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", self.page, re.M | re.S):
            if kind != "console":
                self.save(self.folder / name, self.here(text))
                continue
            commands = [(self.here(command), lines) for command, lines in steps(text)]
            self.start([command for command, _ in commands if command.endswith(" serve")])
            for command, lines in commands:
                self.give(command, lines)

    def here(self, text: str) -> str:
        """The text of the page with what is different here."""
        words = "|".join(map(re.escape, self.instead))
        return re.sub(words, lambda found: self.instead.get(found[0], ""), text)

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
            if " hostkey new " in command:
                self.learn(lines, output)
            missing = [line for line in map(self.here, lines) if not shows(output, line)]
            if not missing:
                break
            late = ONCE.match(command) or time.monotonic() > until
            assert not late, f"$ {command}\nshould show {missing}\n{output}\n{self.told()}"
            time.sleep(PAUSE)
        if command.startswith("gateway init"):
            self.in_a_hurry(self.folder / command.rsplit(maxsplit=1)[-1])

    def learn(self, lines: list[str], output: str) -> None:
        """A key that was just made has another fingerprint than that of the page."""
        shown, found = (_FINGERPRINT.search(text) for text in ("\n".join(lines), output))
        if shown and found:
            self.instead[shown[0]] = found[0]

    def answer(self, command: str) -> str:
        """What the command prints now. The gateway's own are run in this process: it is faster."""
        if command.endswith(" serve"):
            return self.log(command).read_text("utf-8")
        if command.startswith("gateway "):
            return self.of_the_gateway(command)
        run = subprocess.run(
            command, shell=True, cwd=self.folder, capture_output=True, text=True, check=False
        )
        return run.stdout

    def of_the_gateway(self, command: str) -> str:
        """The output; files for ``<`` and ``>`` are those of the folder."""
        words, given, kept = shlex.split(command)[1:], None, None
        if ">" in words:
            kept = words.pop(words.index(">") + 1)
            words.remove(">")
        if "<" in words:
            given = (self.folder / words.pop(words.index("<") + 1)).read_text("utf-8")
            words.remove("<")
        done = CliRunner().invoke(main, words, input=given, catch_exceptions=False)
        assert done.exit_code in (0, 1), f"$ {command}\n{done.output}"
        if kept is None:
            return done.stdout
        (self.folder / kept).write_text(done.stdout, "utf-8")
        return ""

    def start(self, commands: list[str]) -> None:
        """What goes on by itself, each with a file for what it says."""
        gateway = str(Path(sys.executable).with_name("gateway"))
        for command in commands:
            with self.log(command).open("wb") as log:
                process = subprocess.Popen(
                    [gateway, *shlex.split(command)[1:]], cwd=self.folder, stdout=log, stderr=log
                )
            self.serving.append(process)

    def stop(self) -> None:
        """Whatever goes on ends."""
        for process in self.serving:
            process.terminate()
        for process in self.serving:
            process.wait(PATIENCE)

    def log(self, command: str) -> Path:
        return self.folder / f"{shlex.split(command)[2]}.log"

    def told(self) -> str:
        """What the gateways said, for whoever looks why a line did not come."""
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


def commands(page: str) -> list[str]:
    """All commands of a page."""
    blocks = re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S)
    return [command for block in blocks for command, _ in steps(block)]


@contextmanager
def reader(page: str, folder: Path, ports: Sequence[str]) -> Iterator[Reader]:
    """Somebody with the samples at hand; what he started is ended."""
    (folder / "samples").symlink_to(ROOT / "samples")
    one = Reader(page, folder, {port: str(free_port()) for port in ports})
    try:
        yield one
    finally:
        one.stop()
