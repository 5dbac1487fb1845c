"""Commands that work with the pipeline, on the sample files of the repository."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
SAMPLES = Path(__file__).parents[2] / "samples"
ORDERS = SAMPLES / "acme-retail/orders/0001-one-good-one-bad.edi"


@pytest.fixture
def busy_shop(shop: Path) -> Path:
    """A workspace with an interchange in Acme's folder."""
    inbox = shop / "var/partners/acme-retail/in"
    inbox.mkdir(parents=True)
    shutil.copy(ORDERS, inbox)
    return shop


def listed(run: Run, shop: Path, *filters: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("-w", shop, "messages", *filters, "--json").stdout)
    return found


def test_run_processes_what_is_there_and_tells(run: Run, busy_shop: Path) -> None:
    result = run("-w", busy_shop, "run")
    assert result.exit_code == 1, result.output
    assert "1 file taken, 1 message accepted, 1 refused" in result.stdout
    assert run("-w", busy_shop, "run").stdout == "nothing to do\n"


def test_run_speaks_json(run: Run, busy_shop: Path) -> None:
    found = json.loads(run("-w", busy_shop, "run", "--json").stdout)
    assert (found["files"], found["messages"], found["refused"]) == (1, 1, 1)


def test_messages_are_found_by_filters(run: Run, busy_shop: Path) -> None:
    assert "no messages yet" in run("-w", busy_shop, "messages").stdout
    run("-w", busy_shop, "run")
    assert len(listed(run, busy_shop)) == 5
    (refused,) = listed(run, busy_shop, "partner:acme-retail", "state:refused")
    assert refused["kind"] == "message"
    assert listed(run, busy_shop, "problem:G208") == [refused]
    (order,) = listed(run, busy_shop, "PO-26-10417")
    assert order["state"] in ("delivered", "acknowledged")
    assert listed(run, busy_shop, "since:1h", "limit:1", "kind:message")[0]["id"] > 0
    assert "no messages fit" in run("-w", busy_shop, "messages", "partner:nobody").stdout


@pytest.mark.parametrize("wrong", ["colour:blue", "since:soon", "limit:none"])
def test_a_wrong_filter_is_no_filter(wrong: str, run: Run, busy_shop: Path) -> None:
    result = run("-w", busy_shop, "messages", wrong)
    assert result.exit_code == 2
    assert wrong.partition(":")[2] in result.stderr or wrong.partition(":")[0] in result.stderr


def test_a_message_tells_what_became_of_it(run: Run, busy_shop: Path) -> None:
    run("-w", busy_shop, "run")
    (refused,) = listed(run, busy_shop, "state:refused")
    result = run("-w", busy_shop, "message", str(refused["id"]))
    assert result.exit_code == 1
    assert "error[G208]" in result.stdout
    assert "0001-one-good-one-bad.edi" in result.stdout
    found = json.loads(run("-w", busy_shop, "message", str(refused["id"]), "--json").stdout)
    assert found["problems"][0]["code"] == "G208"
    assert run("-w", busy_shop, "message", "4711").exit_code == 2


def test_a_replay_needs_a_reason_and_keeps_it(run: Run, busy_shop: Path) -> None:
    run("-w", busy_shop, "run")
    (refused,) = listed(run, busy_shop, "state:refused")
    assert run("-w", busy_shop, "replay", str(refused["id"])).exit_code == 2
    assert run("-w", busy_shop, "replay", str(refused["id"]), "--reason", " ").exit_code == 2
    result = run("-w", busy_shop, "replay", str(refused["id"]), "--reason", "asked Acme")
    assert result.exit_code == 1, result.output
    assert "asked Acme" in run("-w", busy_shop, "message", str(refused["id"])).stdout
    assert run("-w", busy_shop, "replay", "4711", "--reason", "why not").exit_code == 2


def test_try_shows_everything_and_stores_nothing(run: Run, shop: Path) -> None:
    before = sorted(shop.rglob("*"))
    result = run("-w", shop, "try", ORDERS, "--partner", "acme-retail")
    assert result.exit_code == 1
    for said in ("would be delivered", "would be refused", "PO-26-10417", "UCI+4711", "^^"):
        assert said in result.stdout, result.output
    found = json.loads(run("-w", shop, "try", ORDERS, "-p", "acme-retail", "--json").stdout)
    assert [each["state"] for each in found["messages"]] == ["mapped", "refused"]
    assert run("-w", shop, "messages").stdout == "no messages yet\n"
    made = {each.name for each in set(shop.rglob("*")) - set(before) if each.is_file()}
    assert {name for name in made if not name.startswith("gateway.")} == set()


def test_try_of_an_erp_file(run: Run, shop: Path) -> None:
    result = run("-w", shop, "try", SAMPLES / "erp/invoice/invoices.csv")
    assert result.exit_code == 0, result.output
    assert "UNH+" in result.stdout and "ST*810*" in result.stdout


def test_try_with_an_unknown_partner(run: Run, shop: Path) -> None:
    result = run("-w", shop, "try", ORDERS, "--partner", "acme")
    assert result.exit_code == 2
    assert "acme-retail" in result.stderr


@pytest.mark.parametrize("file", sorted((SAMPLES / "erp").rglob("*.*")), ids=lambda file: file.name)
def test_show_of_an_erp_file(file: Path, run: Run) -> None:
    result = run("show", file)
    assert result.exit_code == 0, result.output
    assert "2 × " in result.stdout


def test_a_broken_erp_file_is_shown_with_its_column(run: Run, tmp_path: Path) -> None:
    text = (SAMPLES / "erp/invoice/invoices.csv").read_text(encoding="utf-8")
    (tmp_path / "broken.csv").write_text(text.replace(";64.90;", ";64,90;", 1), encoding="utf-8")
    result = run("show", "--document", "invoice", tmp_path / "broken.csv")
    assert result.exit_code == 1
    assert "64,90" in result.stdout and "column I" in result.stdout


def test_serve_takes_what_arrives_and_stops_when_told(busy_shop: Path) -> None:
    for file in busy_shop.rglob("partner.yaml"):
        text = file.read_text(encoding="utf-8").replace("stable_for: 2s", "stable_for: 0s")
        file.write_text(text, encoding="utf-8")
    settings = busy_shop / "gateway.yaml"
    settings.write_text(settings.read_text() + "http: {listen: 127.0.0.1:0}\n")
    command = [sys.executable, "-c", "from gateway.cli.main import main; main()"]
    with subprocess.Popen(
        [*command, "-w", str(busy_shop), "serve"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if "for partners" in line:
                break
        server.send_signal(signal.SIGTERM)
        said += server.communicate()[0]
    assert "1 file taken" in said
    assert server.returncode == 0
    assert list((busy_shop / "var/partners/acme-retail/out").glob("CONTRL_*.edi"))
