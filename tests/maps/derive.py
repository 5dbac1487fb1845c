"""Maps of other directories differ from their base in few places; this writes them.

    python -m tests.maps.derive        # after a change of a base map

D.01B: group numbers moved, and EANCOM 2002 writes SRV where EANCOM 1997 wrote EN for a GTIN.
005010: texts stand in MTX instead of MSG.
"""

from __future__ import annotations

from pathlib import Path

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
_D01B = (
    ("edifact/D96A/", "edifact/D01B/"),
    ("->   LIN.C212[7143=EN].7140", "->   LIN.C212[7143=SRV].7140"),
)
_005010 = (("x12/004010/", "x12/005010/"), ("/MSG.01", "/MTX.02"))
VARIANTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "edifact/D01B/orders.map": ("edifact/orders.map", (*_D01B, ("SG18/ALC", "SG19/ALC"))),
    "edifact/D01B/ordrsp.map": ("edifact/ordrsp.map", _D01B),
    "edifact/D01B/desadv.map": ("edifact/desadv.map", _D01B),
    "edifact/D01B/invoic.map": (
        "edifact/invoic.map",
        (*_D01B, ("SG15/ALC", "SG16/ALC"), ("SG50/TAX+7", "SG52/TAX+7")),
    ),
    "x12/005010/850.map": ("x12/850.map", _005010),
    "x12/005010/855.map": ("x12/855.map", _005010),
}


def derived(variant: str) -> str:
    """The text of a variant, from its base."""
    base, differences = VARIANTS[variant]
    text = (MAPPINGS / base).read_text(encoding="utf-8")
    for old, new in differences:
        if old not in text:
            raise ValueError(f"{base} does not hold {old}")
        text = text.replace(old, new)
    return text


if __name__ == "__main__":
    for each in VARIANTS:
        (MAPPINGS / each).parent.mkdir(exist_ok=True)
        (MAPPINGS / each).write_text(derived(each), encoding="utf-8")
