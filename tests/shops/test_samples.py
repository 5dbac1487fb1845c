"""Every order example that platforms publish, where somebody has them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.shop_samples import rows


def test_the_sums_of_all_examples_agree_or_there_is_a_reason(shop_samples: Path) -> None:
    found = rows(shop_samples)
    assert len(found) > 300
    assert [row for row in found if row.result == "differs"] == []
    assert all(row.reason for row in found if row.result in ("refused", "no order"))
    # two purchase orders of Amazon Vendor tell neither a day nor articles
    assert len([row for row in found if row.result == "refused"]) == 2
