"""``gateway replay`` and ``gateway numbers`` as a person uses them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gateway.config import load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.house import lock_file
from gateway.pipeline.lock import Lock
from tests.pipeline.shop import ORDERS, WITHOUT_NOTE
from tests.pipeline.world import Clock

Run = Callable[..., Result]
ACME = "edifact 4098765000003:14 > 4012345000009:14 live interchange"
BECAUSE = ("--reason", "Acme asked")


@pytest.fixture
def processed(shop: Path) -> Path:
    """One order with the ERP (message 3), one refused (4), and the answer (5)."""
    inbox = shop / "var/partners/acme-retail/in"
    inbox.mkdir(parents=True)
    shutil.copy(ORDERS, inbox)
    workspace, _ = load_workspace(shop)
    assert workspace is not None
    with Gateway.open(workspace, clock=Clock()) as gateway:
        gateway.run_once()
    return shop


def change(shop: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (shop / name).write_text(text, encoding="utf-8")


def test_a_reason_is_needed_except_for_a_preview(run: Run, processed: Path) -> None:
    for more in ((), ("--reason", " ")):
        result = run("-w", processed, "replay", "4", *more)
        assert result.exit_code == 2
        assert result.stderr == "gateway: a replay needs a reason: --reason TEXT\n"
    assert run("-w", processed, "replay", "4", "--preview").exit_code == 0


def test_what_the_erp_has_is_refused(run: Run, processed: Path) -> None:
    result = run("-w", processed, "replay", "3", *BECAUSE)
    assert result.exit_code == 1
    assert result.stdout == (
        "error[P202]: order PO-26-10417 was put into the ERP's folder on 2026-03-02 09:14, as "
        "order_acme-retail_PO-26-10417_000003.csv\n"
        "  = to put the same file there again: gateway replay 3 --resend --force --reason …; to "
        "process it anew: gateway replay 3 --force --reason …\n"
    )
    result = run("-w", processed, "replay", "3", "--force", *BECAUSE)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("warning[P202]")
    assert "3 was processed again as 6: split\n" in result.stdout
    assert "  8  order PO-26-10417  delivered\n" in result.stdout
    assert len(list((processed / "var/erp/out/order").glob("*.csv"))) == 2


def test_the_same_bytes_again(run: Run, processed: Path) -> None:
    result = run("-w", processed, "replay", "5", *BECAUSE)
    assert (result.exit_code, result.stdout) == (
        0,
        "5 was processed again: delivered\n  gateway message 5\n",
    )
    result = run("-w", processed, "replay", "3", "--resend", "--force", *BECAUSE)
    assert result.exit_code == 0
    first, second = (processed / "var/erp/out/order").glob("*.csv")
    assert first.read_bytes() == second.read_bytes()


def test_as_then_and_as_now(run: Run, processed: Path) -> None:
    change(processed, WITHOUT_NOTE)
    for as_ in ("now", "then"):
        result = run("-w", processed, "replay", "3", "--force", "--as", as_, *BECAUSE)
        assert result.exit_code == 0, result.output
    texts = [path.read_text() for path in sorted((processed / "var/erp/out/order").glob("*.csv"))]
    assert ["ring the bell" in text for text in texts] == [True, False, True]
    assert "replay of 3 as then: Acme asked" in run("-w", processed, "message", "9").stdout


def test_a_filter_counts_what_it_does(run: Run, processed: Path) -> None:
    result = run("-w", processed, "replay", "state:refused", "since:4000d", *BECAUSE)
    assert (result.exit_code, result.stdout) == (1, "1 replayed\n  1 refused\n")
    result = run("-w", processed, "replay", "partner:acme-retail", "limit:9", *BECAUSE)
    assert result.exit_code == 1
    assert result.stdout.startswith("error[P202]: order PO-26-10417")
    assert result.stdout.endswith("1 replayed, 1 refused, 1 replayed before\n  1 refused\n")
    result = run("-w", processed, "replay", "3", "5", "--json", *BECAUSE)
    found = json.loads(result.stdout)
    assert [each["id"] for each in found["replayed"]] == [5]
    assert [(each["id"], each["problem"]["code"]) for each in found["refused"]] == [(3, "P202")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["4711"], "there is no message 4711; `gateway messages` lists what there is"),
        (["limit:5"], "the filter would replay everything there is; restrict it: partner:,"),
        (["4711", "state:refused"], "4711 is the number of a message, the rest is a filter; as a"),
        (["colour:blue"], "there is no filter colour"),
    ],
)
def test_what_makes_no_sense(run: Run, processed: Path, words: list[str], said: str) -> None:
    for more in (BECAUSE, ("--preview",)):
        result = run("-w", processed, "replay", *words, *more)
        assert result.exit_code == 2
        assert said in result.stderr


def test_another_process_will_do_it(run: Run, processed: Path) -> None:
    workspace, _ = load_workspace(processed)
    assert workspace is not None
    with Lock(lock_file(workspace)):
        result = run("-w", processed, "replay", "4", *BECAUSE)
        assert "4 will be processed again by the gateway that is serving" in result.stdout
        result = run("-w", processed, "replay", "state:refused", "kind:message", *BECAUSE)
        assert "0 replayed, 1 replayed before" in result.stdout


def test_a_preview_shows_what_would_be_different(run: Run, processed: Path) -> None:
    change(processed, WITHOUT_NOTE)
    result = run("-w", processed, "replay", "partner:acme-retail", "--preview")
    assert result.exit_code == 1
    note = "Please deliver to gate 4: ring the bell"
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "order PO-26-10417 (message 3): differs",
        "  is acknowledged, would be mapped",
    ]
    assert [line[:8] for line in lines[2:4]] == ["  + V511"] * 2
    assert lines[4] == f"    note: {note} → –"
    assert lines[5].startswith("    @@ ")
    assert any(line.startswith("    -") and note in line for line in lines)
    assert lines[-1] == "2 compared: 1 the same, 1 differs; nothing was changed"
    found = json.loads(run("-w", processed, "replay", "3", "--preview", "--json").stdout)
    (compared,) = found["compared"]
    assert found["counts"] == {"differs": 1}
    assert compared["fields"] == [{"path": "note", "before": note, "after": ""}]
    assert [each["problem"]["code"] for each in found["refused"]] == ["P202"]
    result = run("-w", processed, "replay", "4", "--as", "then", "--preview")
    assert (result.exit_code, result.stdout) == (
        0,
        "1 compared: 1 the same; nothing was changed\n",
    )
    result = run("-w", processed, "replay", "5", "--preview")
    assert result.stdout.startswith("CONTRL 4711 (message 5): the same bytes would be sent again\n")


# ---- numbers


def test_numbers_are_listed(run: Run, processed: Path) -> None:
    lines = run("-w", processed, "numbers").stdout.splitlines()
    assert lines[0].split() == ["Partner", "Counter", "Last", "Next", "Updated"]
    assert lines[1].startswith(f"acme-retail  {ACME}")
    assert lines[2].split()[-3:] == ["–", "1", "–"]
    found = json.loads(run("-w", processed, "numbers", "--json").stdout)
    assert (found[0]["scope"], found[0]["value"], found[0]["next"]) == (ACME, 1, 2)


def test_a_number_is_set(run: Run, processed: Path) -> None:
    result = run("-w", processed, "numbers", "set", ACME, "500", *BECAUSE)
    assert (result.exit_code, result.stdout) == (0, f"{ACME}: 500 (was 1), the next is 501\n")


def test_a_number_does_not_go_back_by_itself(run: Run, processed: Path) -> None:
    result = run("-w", processed, "numbers", "set", ACME, "0", *BECAUSE)
    assert result.exit_code == 1
    assert result.stdout == (
        "error[P220]: after 0 the next number is 1, but 1 was used, by message 5 on 2026-03-02\n"
        "  = set it to 1 or higher; if the partner agreed to start again: --force\n"
    )
    result = run("-w", processed, "numbers", "set", ACME, "0", "--force", "--json", *BECAUSE)
    found = json.loads(result.stdout)
    assert (found["after"]["value"], found["problem"]["severity"]) == (0, "warning")


@pytest.mark.parametrize(
    ("scope", "value", "said"),
    [
        ("edifact", "1", "P221 there is no counter edifact"),
        (ACME, "1000000000", "P222 1000000000 is no control number"),
    ],
)
def test_a_number_that_cannot_be_set(
    run: Run, processed: Path, scope: str, value: str, said: str
) -> None:
    result = run("-w", processed, "numbers", "set", scope, value, *BECAUSE)
    assert result.exit_code == 2
    assert said in result.stderr
    assert run("-w", processed, "numbers", "set", scope, value, "--reason", "").exit_code == 2


def test_a_shop_without_partners_needs_no_numbers(run: Run, shop: Path) -> None:
    for name in ("acme-retail", "northwind"):
        shutil.rmtree(shop / "partners" / name)
    assert run("-w", shop, "numbers").stdout == "no counters: there is no agreement yet\n"
