"""Whatever bytes come in: nothing is a bug, nothing is lost, everything has an outcome."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.pipeline import Gateway, State
from gateway.store import Filter
from tests.pipeline.world import drop, visible

ROOT = Path(__file__).parents[2]
FILES = 12
ACME = "var/partners/acme-retail/in"
NORTHWIND = "var/partners/northwind/in"
ERP = {
    "var/erp/in/invoice": "erp/invoice/invoices.csv",
    "var/erp/in/despatch": "erp/despatch/despatches.json",
    "var/erp/in/orderresponse": "erp/orderresponse/orderresponses.csv",
}
DONE = {State.SPLIT, State.REFUSED, State.HELD}


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Some bytes removed, doubled, replaced or moved."""
    text = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text))
        size = dice.choice((1, 1, 2, 5, 30))
        match dice.randrange(5):
            case 0:
                del text[at : at + size]
            case 1:
                text[at:at] = text[at : at + size]
            case 2:
                text[at : at + 1] = bytes([dice.randrange(256)])
            case 3:
                text[at:at] = dice.choice((b"'", b"+", b":", b"?", b"~", b"*", b"\x00", b"\xc3"))
            case _:
                other = dice.randrange(len(text))
                text[at : at + size], text[other : other + size] = (
                    text[other : other + size],
                    text[at : at + size],
                )
        text = text or bytearray(b"x")
    return bytes(text)


def sample(name: str) -> bytes:
    return (ROOT / "samples" / name).read_bytes()


@pytest.mark.parametrize("seed", range(2))
def test_damaged_files_of_partners_and_erp(tmp_path: Path, seed: int) -> None:
    shutil.copy(ROOT / "gateway.yaml", tmp_path)
    shutil.copytree(ROOT / "partners", tmp_path / "partners")
    workspace, problems = load_workspace(tmp_path)
    assert workspace is not None, problems
    dice = random.Random(seed)
    order = sample("acme-retail/orders/0001-one-good-one-bad.edi")
    purchase = sample("northwind/850/0001-one-good-one-bad.x12")
    for n in range(FILES):
        numbered = order.replace(b"4711", b"%d" % (5000 + n))
        drop(tmp_path / ACME, f"{n}.edi", mutated(numbered, dice))
        numbered = purchase.replace(b"000000088", b"%09d" % (500 + n))
        drop(tmp_path / NORTHWIND, f"{n}.x12", mutated(numbered, dice))
        for folder, name in ERP.items():
            drop(tmp_path / folder, f"{n}-{Path(name).name}", mutated(sample(name), dice))
    with Gateway.open(workspace) as gateway:
        gateway.run_once()
        bugs = gateway.messages(Filter(problem="P190", limit=9))
        assert not [str(found) for row in bugs for found in _found(gateway, row.id)]
        rows = gateway.messages(Filter(kind="file", limit=1000))
        assert len(rows) == 5 * FILES
        assert {State(row.state) for row in rows} <= DONE
    for folder in (ACME, NORTHWIND, *ERP):
        assert visible(tmp_path / folder) == []
        archive = tmp_path / folder / "archive"
        assert sum(path.is_file() for path in archive.rglob("*")) == FILES


def _found(gateway: Gateway, id_: int) -> list[object]:
    history = gateway.message(id_)
    return [] if history is None else list(history.problems)
