"""A whole plan as people read it, and what holds of every plan."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.plan import lines
from tests.pipeline.shop import INVOICES, ROOT, WITHOUT_NOTE, Shop
from tests.plan.desk import ACME, apply, planned, write

GOLDEN = Path(__file__).parent / "golden"
NORTHWIND = "partners/northwind/partner.yaml"
HOUSE = (ROOT / "gateway.yaml").read_text(encoding="utf-8")
GUIDE = "partners/acme-retail/guides/orders.yaml"
UNITS = "mappings/codes/unit.csv"
INVOIC = "mappings/edifact/invoic.map"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


EDITED = {
    "gateway.yaml": HOUSE + "workers: 8\n",
    ACME: WITHOUT_NOTE[ACME].replace("stable_for: 2s", "stable_for: 5s"),
    "partners/acme-retail/own.map": WITHOUT_NOTE["partners/acme-retail/own.map"],
    "partners/acme-retail/NOTES.md": "They called: no more notes.\n",
    GUIDE: text(GUIDE).replace("1..17", "1..9"),
    NORTHWIND: text(NORTHWIND).replace("mode: live", "mode: lvie"),
    UNITS: text(UNITS) + "barrel,XX1,,Barrel\n",
    INVOIC: text(INVOIC).replace("DTM+137", "DTM+3"),
}
"""Of everything something."""


def page(shop: Shop, **settings: object) -> str:
    made = planned(shop, **settings)
    text = "\n".join(lines(made, show=True)) + "\n"
    return text.replace(made.before[:12], "BEFORE").replace(made.after[:12], "AFTER")


def test_a_whole_plan(processed: Shop) -> None:
    processed.acme(name="waits.edi")
    core = Core(processed.gateway.house, "test")
    poll(core, processed.gateway.house.inboxes["acme-retail/main"], at_once=True)
    write(processed.root, EDITED)
    golden = GOLDEN / "everything.txt"
    shown = page(processed, days=timedelta(days=7))
    if os.environ.get("UPDATE"):
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


def test_a_plan_of_what_runs_is_empty(processed: Shop) -> None:
    made = planned(processed)
    assert made.empty
    assert made.summary == "nothing to change"
    assert "nothing was applied yet; at work since 2026-03-02 09:14" in made.against


def test_a_plan_is_empty_after_its_apply(processed: Shop) -> None:
    first = planned(processed, EDITED | {NORTHWIND: text(NORTHWIND)})
    assert not first.empty
    apply(processed)
    made = planned(processed)
    assert made.empty
    assert made.against == "applied 2026-03-02 09:14 by anna"
    back = planned(processed, {ACME: text(ACME), "partners/acme-retail/own.map": None})
    assert [each.kind for each in back.changes if each.what == "map row"] == ["added"]


def test_it_is_compared_with_what_was_applied_not_with_what_worked_last(processed: Shop) -> None:
    apply(processed)
    processed.change(WITHOUT_NOTE)  # a process that was started with --draft, or before
    made = planned(processed)
    assert {each.what for each in made.changes} == {"setting", "map row"}


def test_before_anything_ran_everything_is_new(shop: Shop) -> None:
    made = planned(shop)
    assert made.counts == (2, 0, 0)
    assert next(iter(lines(made))).endswith("(nothing has run yet)")


def test_what_waits_meets_the_new_settings(processed: Shop) -> None:
    processed.erp(INVOICES.read_bytes(), "more.csv")
    core = Core(processed.gateway.house, "test")
    poll(core, processed.gateway.house.inboxes["erp/invoice"], at_once=True)
    made = planned(processed, WITHOUT_NOTE)
    assert dict(made.waiting) == {"erp": 1}
    assert list(lines(made))[-1].endswith(
        "Waiting from the ERP: 1 (will be processed with the new settings)."
    )


def test_a_setting_that_needs_a_restart_says_so(processed: Shop) -> None:
    made = planned(processed, {"gateway.yaml": HOUSE + "workers: 8\n"})
    assert made.restarts == ("workers (threads start with the process)",)


def test_the_place_of_the_database_is_not_applied(processed: Shop) -> None:
    moved = HOUSE.replace("sqlite:///var/gateway.db", "sqlite:///var/other.db")
    made = planned(processed, {"gateway.yaml": moved})
    assert [each.code for each in made.obstacles] == ["P232"]


def test_only_of_the_partners_that_are_named(processed: Shop) -> None:
    made = planned(processed, EDITED, partners=["northwind"])
    assert {each.partner for each in made.changes} <= {"", "northwind"}
    assert {one.partner for each in made.changes for one in each.agreements} <= {"northwind"}
