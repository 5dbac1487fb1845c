"""What comes from shops and is kept, shown or named after: bounded, and without any power."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Reading
from gateway.cli.output import print_table
from gateway.config.shops.back import InvoiceRules
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities
from gateway.pipeline.shops.back.invoicefile import Missing, as_file, filled
from gateway.pipeline.shops.back.told import Bill
from gateway.pipeline.shops.reception import body
from gateway.problems import problem
from gateway.problems.problem import LONGEST
from gateway.telemetry import secrets
from gateway.telemetry.secrets import PASSING, clean, mask
from tests.shops.canonical.orders import line, order
from tests.shops.intake.world import ShopWorld


def test_one_record_that_breaks_its_reader_holds_nobody_else(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = platforms.read_order

    def read_order(shop: object, raw: bytes) -> Reading:
        if b'"poison"' in raw:
            raise RuntimeError("a bug")
        return real(shop, raw)  # type: ignore[arg-type]

    monkeypatch.setattr(platforms, "read_order", read_order)
    world.shop.put("1", note="poison")
    world.shop.put("2")
    outcomes = {one.external_id: one.outcome for key in ("1", "2") for one in world.accept(key)}
    assert outcomes == {"1": "held", "2": "taken"}
    assert world.accept("1")[0].outcome == "same"


def test_tokens_that_have_ended_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = secrets._Registered
    monkeypatch.setattr(registered, "forms", registered.forms)
    monkeypatch.setattr(registered, "pattern", registered.pattern)
    monkeypatch.setattr(registered, "passing", type(registered.passing)())
    monkeypatch.setattr(secrets, "PASSING", 30)
    mask("lasting-9f2c")
    for number in range(40):
        mask(f"token-{number:04}-of-an-hour", passing=True)
    assert len(registered.passing) <= 30 < PASSING
    assert clean("token-0039-of-an-hour lasting-9f2c") == "*** ***"
    assert "0000" in clean("token-0000-of-an-hour")


def test_a_table_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Order",), [("#1\x1b[2J\x9b0m\u202e",), ("two\nlines",)])
    assert capsys.readouterr().out.split("\n")[1:] == ["#1·[2J·0m·", "two", "lines", ""]


def test_a_fact_of_a_problem_is_bounded() -> None:
    assert len(problem("W230", what="x", reason="y" * 1_000_000).sentence) < LONGEST + 200


def test_sums_beyond_all_sizes_are_compared_all_the_same() -> None:
    lines = [line(str(one), "900000000000000000.00", "0.00", None) for one in range(3)]
    made = order(lines, totals={"grand": "1.00"})
    assert "W200" in [one.code for one in identities(made)]


@pytest.mark.parametrize("created", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_outside_the_calendar_is_a_wrong_value(created: str) -> None:
    data = json.loads(order([line("1", "1.00", "0.20")]).to_json()) | {"created": created}
    text, problems = body.read(json.dumps(data).encode())
    assert text is not None and not problems
    made, problems = body.models(text, ShopOrder)
    assert made == [] and [one.code for one in problems] == ["E403"]


@pytest.mark.parametrize("number", ["1E99999999999999999999", "1e1000", "-1E-9999"])
def test_a_posted_number_without_usable_size_is_refused(number: str) -> None:
    problems = body.read(f'{{"a": [{number}]}}'.encode())[1]
    assert [one.code for one in problems] == ["W150"]


@pytest.mark.parametrize(
    "filling",
    ["null," * 60_000 + "null", ",".join(f'{{"k{one}":1}}' for one in range(40_000))],
    ids=["entries that say nothing", "names that nobody knows"],
)
def test_a_request_full_of_faults_is_refused_soon(filling: str) -> None:
    data = f'{{"external_id": "1", "lines": [{filling}]}}'.encode()
    began = time.process_time()
    text, problems = body.read(data)
    assert text is not None and not problems
    made, problems = body.models(text, ShopOrder)
    assert made == [] and 0 < len(problems) <= body.MOST_PROBLEMS
    assert time.process_time() - began < 4


def _bill(number: str, order_number: str = "1001") -> Bill:
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    return Bill("k", "1", number, order_number, at, "invoice", Decimal(1), "EUR")


class _House:
    """A workspace as far as invoices need one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name


@pytest.mark.parametrize(
    "number",
    ["../../etc/passwd", "/etc/passwd", "..", "../behind", "a\0b", "C:\\behind", "link", "pipe",
     "x" * 5000],
)  # fmt: skip
def test_an_invoice_comes_from_its_folder_only(tmp_path: Path, number: str) -> None:
    folder = tmp_path / "invoices"
    folder.mkdir()
    for name in ("behind.pdf", "passwd.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7 %%EOF")
    (folder / "link.pdf").symlink_to(tmp_path / "behind.pdf")
    os.mkfifo(folder / "pipe.pdf")
    rules = InvoiceRules.model_validate({"by": "upload", "folder": "invoices"})
    found = as_file(_House(tmp_path), rules, _bill(number), 1)  # type: ignore[arg-type]
    assert isinstance(found, Missing)


def test_a_value_in_a_template_is_no_template() -> None:
    values = {"number": "{order}{number.__class__}", "order": "17"}
    assert filled("{number}-{order}.pdf", values, safe=True) == "{order}{number.__class__}-17.pdf"
    link = filled("https://x.example/{number}", {"number": "a/../b?c#d"}, safe=False)
    assert link == "https://x.example/a%2F..%2Fb%3Fc%23d"
