"""Code lists from samples: codes that the standard lists do not convert.

Which word of our documents a code is, no sample tells: the rows are comments until a person has
chosen one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.config.marks import SIGN
from gateway.config.proposal.writing import one_line

_COLUMNS = ("edifact", "x12")
_FORMULA = ("=", "+", "-", "@")
"""What a cell begins with that a spreadsheet would calculate; no code begins so."""


def code_list_text(name: str, codes: Mapping[str, Sequence[str]]) -> str:
    """``codes/<name>.csv`` for unknown codes by standard."""
    lines = ["canonical,edifact,x12,label"]
    for standard, values in codes.items():
        for value in values:
            shown = one_line(value)[:35]
            cells = [_cell(shown) if column == standard else "" for column in _COLUMNS]
            asked = f"{SIGN} {shown}: which word of our list {name} is it?"
            if shown.startswith(_FORMULA):
                lines.append(f"{asked} Write the row yourself".replace(",", " "))
                continue
            lines += [f"{asked} Put it in front of the row", f"#,{','.join(cells)},as sent"]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(sign in text for sign in ',"') else text
