"""How stored messages would come out: both rules judge the same bytes at the same instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.difference import Agreed
from gateway.pipeline.plan import Outcome, Plan
from gateway.pipeline.plan import archive as module
from gateway.pipeline.plan.archive import fair
from tests.pipeline.shop import ACME, ORDERS, ROOT, WITHOUT_NOTE, Shop
from tests.plan.desk import planned

TEXT = (ROOT / ACME).read_text(encoding="utf-8")
ORDERS_MAP = (ROOT / "mappings/edifact/orders.map").read_text(encoding="utf-8")
INVOIC_MAP = (ROOT / "mappings/edifact/invoic.map").read_text(encoding="utf-8")
UNITS = (ROOT / "mappings/codes/unit.csv").read_text(encoding="utf-8")
WITHOUT_PIECE = "".join(line for line in UNITS.splitlines(keepends=True) if ",PCE," not in line)


LOOSE = TEXT.replace("unknown_code: fail", "unknown_code: warn")


def counts(made: Plan, agreement: str) -> dict[str, int]:
    return dict(outcome(made, agreement).counts)


def outcome(made: Plan, agreement: str) -> Outcome:
    assert made.archive is not None
    (found,) = [each for each in made.archive.outcomes if str(each.agreed) == agreement]
    return found


def test_a_row_less_changes_the_output_of_orders(processed: Shop) -> None:
    before = processed.state()
    made = planned(processed, WITHOUT_NOTE)
    assert counts(made, "acme-retail order inbound") == {"same": 1, "output": 1}
    (shown,) = outcome(made, "acme-retail order inbound").shown
    assert shown.what == "order PO-26-10417"
    assert [each.path for each in shown.fields] == ["note"]
    assert made.summary == (
        "0 to add, 1 to change, 0 to remove; 1 of 2 messages come out otherwise"
    )
    after = processed.state()
    assert {name: sha for name, sha in after.items() if before.get(name, sha) != sha} == (
        {str(processed.root / ACME): after[str(processed.root / ACME)]}
    )


def test_what_is_refused_or_accepted_now(processed: Shop) -> None:
    made = planned(processed, {"mappings/codes/unit.csv": WITHOUT_PIECE})
    assert counts(made, "acme-retail order inbound") == {"same": 1, "refused": 1}
    made = planned(processed, {"mappings/codes/unit.csv": UNITS, ACME: LOOSE})
    assert counts(made, "acme-retail order inbound") == {"same": 2}  # it is wrong in two ways


def test_an_invoice_that_comes_out_otherwise(processed: Shop) -> None:
    made = planned(
        processed, {"mappings/edifact/invoic.map": INVOIC_MAP.replace("DTM+137", "DTM+3")}
    )
    assert counts(made, "acme-retail invoice outbound") == {"output": 1}
    (shown,) = outcome(made, "acme-retail invoice outbound").shown
    assert any(line.startswith("-DTM+137") for line in shown.lines)
    assert made.archive is not None
    assert made.archive.judged == 1  # northwind's are X12: they were not looked at


def test_a_row_that_no_stored_message_uses_changes_no_output(processed: Shop) -> None:
    unused = next(line for line in ORDERS_MAP.splitlines() if "RFF+PD.1154" in line)
    made = planned(
        processed,
        {"mappings/edifact/orders.map": ORDERS_MAP.replace(f"{unused}\n", f"# {unused}\n", 1)},
    )
    assert [each.what for each in made.changes] == ["map row"]
    assert counts(made, "acme-retail order inbound") == {"same": 2}


def test_only_messages_of_agreements_that_are_touched_are_judged(
    processed: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[Any] = []
    real = module.twice

    def heard(store: Any, sides: Any, parts: Sequence[Any]) -> Any:
        judged.extend(parts)
        return real(store, sides, parts)

    monkeypatch.setattr(module, "twice", heard)
    planned(processed, WITHOUT_NOTE)
    assert {str(each.agreed) for each in judged} == {"acme-retail order inbound"}
    judged.clear()
    assert planned(processed, {ACME: TEXT.replace("stable_for: 2s", "stable_for: 5s")}).changes
    assert judged == []


def test_a_replayed_message_counts_once(processed: Shop) -> None:
    good = processed.row(kind="message", state="acknowledged")
    processed.gateway.replay(good.id, "again")
    processed.run()
    made = planned(processed, WITHOUT_NOTE)
    assert outcome(made, "acme-retail order inbound").judged == 2


def test_messages_whose_bytes_are_gone_are_counted(processed: Shop) -> None:
    file = next(row for row in processed.rows(kind="file") if row.direction == "in")
    path = processed.gateway.house.store.archive.path(str(file.payload))  # type: ignore[attr-defined]
    path.unlink()
    found = outcome(planned(processed, WITHOUT_NOTE), "acme-retail order inbound")
    assert (found.stored, found.judged, found.lost) == (2, 0, 2)


def test_the_newest_are_judged(processed: Shop) -> None:
    made = planned(processed, WITHOUT_NOTE, limit=1)
    found = outcome(made, "acme-retail order inbound")
    assert (found.stored, found.judged) == (2, 1)
    made = planned(processed, days=None)
    assert made.archive is None


def test_older_ones_are_left_out(processed: Shop) -> None:
    processed.clock.forward(days=8)
    made = planned(processed, WITHOUT_NOTE, days=timedelta(days=7))
    assert outcome(made, "acme-retail order inbound").stored == 0
    made = planned(processed, days=timedelta(days=9))
    assert outcome(made, "acme-retail order inbound").stored == 2


def test_a_message_that_nothing_was_agreed_about_is_taken_now(shop: Shop, tmp_path: Path) -> None:
    others = TEXT.replace("document: order\n", "document: receipt\n").replace(
        "    guide: guides/orders.yaml", "#"
    )
    shop.change({ACME: others})
    shop.acme(ORDERS.read_bytes())
    shop.run()
    assert {row.document for row in shop.rows(kind="message")} == {""}
    made = planned(shop, {ACME: TEXT})
    assert counts(made, "acme-retail order inbound") == {"accepted": 1, "gone": 1} or counts(
        made, "acme-retail order inbound"
    ).get("accepted")


def test_a_bug_in_new_code_holds_the_message_alone(processed: Shop) -> None:
    code = "from gateway.mapping import function\n\n\n@function\ndef broken(value):\n    raise 1\n"
    overlay = "overlay mappings/edifact/orders.map\nreplace note <- FTX+PUR.4440 broken\n"
    made = planned(
        processed,
        WITHOUT_NOTE
        | {
            "partners/acme-retail/own.map": overlay,
            "partners/acme-retail/functions.py": code,
            ACME: WITHOUT_NOTE[ACME] + "functions: functions.py\n",
        },
    )
    assert made.changes  # whatever becomes of it, the plan is made


AGREED = st.builds(
    Agreed, st.sampled_from("abcdefgh"), st.sampled_from(("order", "invoice")), st.just("inbound")
)


@given(st.dictionaries(AGREED, st.integers(0, 500)), st.integers(1, 200), st.integers(0, 300))
@settings(max_examples=50)
def test_shares_are_fair(stored: dict[Agreed, int], limit: int, most: int) -> None:
    share = fair(stored, limit, most)
    assert list(share) == list(stored)
    assert sum(share.values()) <= most
    assert all(share[each] <= min(count, limit) for each, count in stored.items())
    wanted = sum(min(count, limit) for count in stored.values())
    assert sum(share.values()) == min(most, wanted)
    smallest = min((share[each] for each in stored if share[each] < min(stored[each], limit)),
                   default=None)  # fmt: skip
    if smallest is not None:  # nobody has much more than one who wanted more
        assert max(share.values()) <= smallest + 1
