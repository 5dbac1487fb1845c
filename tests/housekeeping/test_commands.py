"""``gateway doctor``, ``backup``, ``restore`` and ``expire``, as a person gives them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.cli.main import main
from gateway.pipeline.housekeeping import state

Run = Callable[..., Result]
SAMPLES = Path(__file__).parents[2] / "samples"
ORDERS = SAMPLES / "acme-retail/orders/0001-one-good-one-bad.edi"


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the machine that runs the tests is nobody's business."""
    monkeypatch.setattr(state, "check_disks", lambda _house: iter(()))
    monkeypatch.setattr(state, "QUICK", tuple(each for each in state.QUICK[1:]))
    monkeypatch.setattr("gateway.pipeline.housekeeping.doctor.QUICK", state.QUICK)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workspace in which an interchange was processed."""
    root = tmp_path / "shop"
    write_workspace(root, PARTNERS)
    inbox = root / "var/partners/acme-retail/in"
    inbox.mkdir(parents=True)
    shutil.copy(ORDERS, inbox)
    gateway("-w", root, "run")
    return root


def gateway(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)


def payload(root: Path) -> Path:
    return next(each for each in (root / "var/archive").rglob("*") if each.is_file())


def test_the_doctor_of_a_house_that_is_well(shop: Path) -> None:
    result = gateway("-w", shop, "doctor", "--deep")
    assert (result.exit_code, result.stdout) == (0, "no problems\n")
    assert json.loads(gateway("-w", shop, "doctor", "--json").stdout) == []


def test_the_doctor_tells_what_is_wrong(shop: Path) -> None:
    path = payload(shop)
    path.unlink()
    result = gateway("-w", shop, "doctor")
    assert result.exit_code == 1
    assert f"error[H101]: message 1 ({ORDERS.name}) was received as {path.name}" in result.stdout
    assert result.stdout.endswith("1 error\n")
    (told,) = json.loads(gateway("-w", shop, "doctor", "--json").stdout)
    assert told["code"] == "H101"


def test_a_backup_is_made_verified_and_restored(shop: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    result = gateway("-w", shop, "backup", copy)
    assert result.exit_code == 0
    assert result.stdout.endswith("and 1 payloads\n")
    verified = gateway("-w", shop, "backup", copy, "--verify")
    assert verified.stdout == f"{copy}: everything is as it was written\n"
    shutil.rmtree(shop / "var")
    restored = gateway("-w", shop, "restore", copy)
    assert restored.exit_code == 0, restored.output
    assert "1 payloads" in restored.stdout
    assert "everything is paused" in restored.stdout
    assert "ORDERS" in gateway("-w", shop, "messages", "--json").stdout
    (rest,) = json.loads(gateway("-w", shop, "doctor", "--json").stdout) or [None]
    assert rest is None


def test_a_backup_that_cannot_be_made_or_restored_is_a_sentence(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/x").touch()
    made = gateway("-w", shop, "backup", tmp_path / "copy")
    assert made.exit_code == 2
    assert "is not empty" in made.stderr
    restored = gateway("-w", shop, "restore", tmp_path / "copy")
    assert restored.exit_code == 2
    assert "is no backup: manifest.json is missing" in restored.stderr
    verified = gateway("-w", shop, "backup", tmp_path / "copy", "--verify", "--json")
    assert verified.exit_code == 1
    assert json.loads(verified.stdout)[0]["code"] == "H141"


def test_restoring_tells_json(shop: Path, tmp_path: Path) -> None:
    made = json.loads(gateway("-w", shop, "backup", tmp_path / "copy", "--json").stdout)
    assert made["count"] == 1
    shutil.rmtree(shop / "var")
    arguments = ("restore", tmp_path / "copy", "--go-on", "--ahead", "50", "--json")
    told = json.loads(gateway("-w", shop, *arguments).stdout)
    assert (told["paused"], told["payloads"], told["problems"]) == (False, 1, [])


def test_what_would_be_deleted_is_counted(shop: Path) -> None:
    assert gateway("-w", shop, "expire", "--dry-run").stdout == "0 files would be deleted\n"
    with sqlite3.connect(shop / "var/gateway.db") as connection:  # compared, as serve does
        connection.execute("UPDATE thread SET due = NULL")
    connection.close()
    settings = shop / "gateway.yaml"
    settings.write_text(f"{settings.read_text()}\nretention: {{order: 0s, other: 0s}}\n")
    dry = gateway("-w", shop, "expire", "--dry-run")
    assert "order     1      5" in dry.stdout
    assert "1 files would be deleted" in dry.stdout
    told = json.loads(gateway("-w", shop, "expire", "--json").stdout)
    assert told == {"documents": {"order": {"files": 1, "rows": 5}}, "payloads": 0}
    assert gateway("-w", shop, "expire").stdout == "0 files deleted\n"
