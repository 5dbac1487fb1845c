"""A workspace without partners, and what proposals are made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace
from gateway.config.identity import Identities, Identity
from gateway.config.proposal import House, Proposal, SampleFile, Wanted, propose
from gateway.config.translation import Translation
from gateway.pipeline.proposing.house import house_of

OURS = "4098765000003"
THEIRS = "4012345000009"
Proposer = Callable[..., Proposal]


def empty(folder: Path) -> Path:
    """A workspace as `gateway init` makes it, without its example partners."""
    write_workspace(folder, ())
    return folder


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    found, problems = load_workspace(empty(tmp_path_factory.mktemp("house") / "shop"))
    assert found is not None, problems
    return found


@pytest.fixture(scope="session")
def house(workspace: Workspace) -> House:
    return house_of(Translation(workspace))


@pytest.fixture
def proposed(house: House) -> Proposer:
    """``proposed(order(…), …)``: the proposal for `contoso-foods` from these files."""

    def make(*files: bytes, **wanted: object) -> Proposal:
        samples = [SampleFile(f"sample-{n}.edi", data) for n, data in enumerate(files, 1)]
        return propose(samples, Wanted("contoso-foods", **wanted), house)  # type: ignore[arg-type]

    return make


def as_us(house: House, standard: str, receiver: tuple[str, str]) -> House:
    """The same house, but we are who receives."""
    ours = Identity(id=receiver[0] or "NOBODY", qualifier=receiver[1])
    return replace(house, own=Identities(**{standard: ours}), owner=lambda *_: "")


def order(
    number: str = "4711",
    *,
    sender: str = f"{THEIRS}:14",
    receiver: str = f"{OURS}:14",
    una: str = "UNA:+.? '",
    level: str = "UNOC:3",
    indicator: str = "",
    message: str = "ORDERS:D:96A:UN:EAN008",
    extra: str = "",
    name: str = "Contoso Foods",
    codec: str = "iso8859-1",
) -> bytes:
    """An order with one line."""
    body = [
        f"UNH+1+{message}",
        f"BGM+220+{number}+9",
        "DTM+137:20260302:102",
        f"NAD+BY+{THEIRS}::9++{name}+Main Street 1+Hamburg++20095+DE",
        f"NAD+SU+{OURS}::9",
        "LIN+1++4000862141404:EN",
        "QTY+21:12:PCE",
        "UNS+S",
        "CNT+2:1",
    ]
    if extra:
        body.insert(3, extra)
    head = f"UNB+{level}+{sender}+{receiver}+260302:0914+{number}++ORDERS"
    head += f"++++{indicator}" if indicator else ""
    lines = [head, *body, f"UNT+{len(body) + 1}+1", f"UNZ+1+{number}"]
    return (una + "".join(f"{line}'" for line in lines)).encode(codec)
