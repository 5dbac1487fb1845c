"""The maps of D.01B differ from those of D.96A in these places only; this writes them.

    python -m tests.maps.derive        # after a change of mappings/edifact/*.map

Group numbers moved, and EANCOM 2002 writes SRV where EANCOM 1997 wrote EN for a GTIN.
"""

from __future__ import annotations

from pathlib import Path

EDIFACT = Path(__file__).resolve().parents[2] / "mappings" / "edifact"
DIFFERENCES = {
    "orders": (("SG18/ALC", "SG19/ALC"),),
    "ordrsp": (),
    "desadv": (),
    "invoic": (("SG15/ALC", "SG16/ALC"), ("SG50/TAX+7", "SG52/TAX+7")),
}
_ALL = (
    ("edifact/D96A/", "edifact/D01B/"),
    ("->   LIN.C212[7143=EN].7140", "->   LIN.C212[7143=SRV].7140"),
)


def derived(name: str) -> str:
    """The text of ``mappings/edifact/D01B/<name>.map``."""
    text = (EDIFACT / f"{name}.map").read_text(encoding="utf-8")
    for old, new in (*_ALL, *DIFFERENCES[name]):
        if old not in text:
            raise ValueError(f"{name}.map does not hold {old}")
        text = text.replace(old, new)
    return text


if __name__ == "__main__":
    for each in DIFFERENCES:
        (EDIFACT / "D01B" / f"{each}.map").write_text(derived(each), encoding="utf-8")
