"""``gateway numbers``, ``numbers close`` and ``assign`` as a person uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.cli.conftest import parsed
from tests.pipeline.world import contrl, drop, make, orders

Run = Callable[..., Result]
THEIRS = "edifact 4012345000009:14 > 4098765000003:14 live interchange"
OURS = "edifact 4098765000003:14 > 4012345000009:14 live interchange"
INVOICES = (
    (Path(__file__).parents[2] / "samples/erp/invoice/invoices.csv")
    .read_text(encoding="utf-8")
    .splitlines(keepends=True)
)
BECAUSE = ("--reason", "the partner says so")


def come(root: Path, run: Run, **files: bytes) -> None:
    for name, data in files.items():
        drop(root / "acme/in", f"{name}.edi", data)
        run("-w", root, "run")


def test_what_is_missing_is_listed_and_closed(run: Run, tmp_path: Path) -> None:
    make(tmp_path)
    come(tmp_path, run, a=orders("7", ["PO7"]), b=orders("11", ["PO11"]))
    lines = run("-w", tmp_path, "numbers").stdout.splitlines()
    shown = next(line for line in lines if THEIRS in line)
    assert "8 to 10 (gap 1)" in shown
    found = parsed(run("-w", tmp_path, "numbers", "--json"))
    assert {each["direction"] for each in found} == {"in", "out"}
    (theirs,) = [each for each in found if each["direction"] == "in"]
    assert (theirs["scope"], theirs["value"]) == (THEIRS, 11)
    assert [(gap["first"], gap["last"]) for gap in theirs["gaps"]] == [(8, 10)]
    closed = run("-w", tmp_path, "numbers", "close", "1", *BECAUSE)
    assert closed.stdout == f"{THEIRS}: nobody waits for 8 to 10 any more\n"
    again = run("-w", tmp_path, "numbers", "close", "1", *BECAUSE)
    assert (again.exit_code, "there is no open gap 1" in again.stderr) == (2, True)


def test_a_held_answer_is_assigned(run: Run, shop: Path) -> None:
    for number in ("RE-26-7001", "RE-26-7009"):
        data = "".join(INVOICES[:5]).replace("RE-26-7001", number).encode()
        drop(shop / "var/erp/in/invoice", f"{number}.csv", data)
        run("-w", shop, "run")
        run("-w", shop, "numbers", "set", OURS, "0", "--force", *BECAUSE)
    rows = parsed(run("-w", shop, "messages", "--json"))
    first, _ = sorted(row["id"] for row in rows if row["kind"] == "interchange")
    drop(shop / "var/partners/acme-retail/in", "c.edi", contrl("77", "000000001"))
    run("-w", shop, "run")
    (row,) = parsed(run("-w", shop, "messages", "state:held", "--json"))
    wrong = run("-w", shop, "assign", "1", str(first), *BECAUSE)
    assert (wrong.exit_code, "message 1 is no answer that is held" in wrong.stderr) == (2, True)
    result = run("-w", shop, "assign", str(row["id"]), str(first), *BECAUSE)
    assert result.stdout == (
        f"answer {row['id']} was entered for message {first}, which is acknowledged now\n"
    )
