"""The page about web shops is followed as it is written, with the small shop that it speaks of."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.cli.demoshop import keeping
from tests.docs.reader import ROOT, Reader, commands
from tests.postgres import free_port

PAGE = (ROOT / "docs" / "howto" / "connect-a-shop.md").read_text("utf-8")
_OPEN = re.compile(r"gateway demo shop --open (\d+)")


@dataclass
class Buyer(Reader):
    """Somebody who opens the shop, too: here, which is faster than a program of its own."""

    doors: ExitStack = field(default_factory=ExitStack)

    def answer(self, command: str) -> str:
        found = _OPEN.fullmatch(command)
        if found is None:
            return super().answer(command)
        site = self.doors.enter_context(keeping.opened(int(found[1])))
        return keeping.told(site)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_page_works_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SECOND_SHOP_KEY", "SECOND_SHOP_SECRET"):
        monkeypatch.setenv(name, "wN8-qx2-2kL")
    ports = {port: str(free_port()) for port in ("8070", "8480")}
    one = Buyer(PAGE, tmp_path, ports)
    with one.doors:
        try:
            one.follow()
        finally:
            one.stop()
    assert len(one.serving) == 1


def test_every_command_of_the_page_is_given() -> None:
    assert len(commands(PAGE)) == len(re.findall(r"^\$ ", PAGE, re.M)) > 20
