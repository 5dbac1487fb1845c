"""How a partner writes interchanges, as the settings say it that we shall write to him with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from pydantic import TypeAdapter, ValidationError

from gateway.config.envelope import Isa12
from gateway.config.proposal.samples import SeenInterchange
from gateway.config.proposal.writing import decided, flow, noted, one_line
from gateway.config.values import Level
from gateway.grammar.envelope.model import Fields
from gateway.syntax import EDIFACT_3, X12_00401, Delimiters

_SPELLED = {"\n": "LF", "\r": "CR", "\t": "TAB"}
_LEVEL = TypeAdapter(Level)


def syntax_lines(standard: str, seen: Sequence[SeenInterchange], codec: str) -> Iterator[str]:
    """The lines of ``syntax.edifact`` or ``syntax.x12``, indented."""
    yield f"  {standard}:"
    most = Counter(_version(one) for one in seen).most_common(1)[0][0]
    line = f"    version: {most}"
    if _is_version(standard, most):
        yield line
    else:
        default = "UNOC:3" if standard == "edifact" else "00401"
        what = f"he writes {most}, which we do not write; does he take this one?"
        yield decided(f"    version: {default}", what)
    if standard == "edifact":
        advised = sum(1 for one in seen if one.advice)
        yield f"    una: {'always' if 2 * advised >= len(seen) else 'needed'}"
    breaks = sum(1 for one in seen if one.line_breaks)
    yield f"    line_breaks: {'crlf' if 2 * breaks > len(seen) else 'none'}"
    if codec:
        yield decided(f"    codec: {codec}", "he sends another charset than the header says")
    signs = _delimiters(seen[-1].interchange.dialect.delimiters, standard)
    if signs:
        yield f"    delimiters: {flow(signs)}"
    reference = {one.interchange.application_reference for one in seen}
    if standard == "edifact" and reference != {""}:
        names = one_line(", ".join(sorted(filter(None, reference))))
        yield noted("    # application_reference: …", f"his UNB 0026: {names[:60]}")


def _version(seen: SeenInterchange) -> str:
    """``UNOC:3``, ``00401``."""
    header = Fields(seen.interchange.header)
    return f"{header[1, 1]}:{header[1, 2]}" if seen.standard == "edifact" else header[12]


def _is_version(standard: str, version: str) -> bool:
    if standard == "x12":
        return version in get_args(Isa12)
    try:
        _LEVEL.validate_python(version)
    except ValidationError:
        return False
    return True


def _delimiters(used: Delimiters, standard: str) -> dict[str, str]:
    """Those that are not the usual ones."""
    usual = EDIFACT_3 if standard == "edifact" else X12_00401
    names = ["component", "element", "terminator"]
    names += ["release", "decimal"] if standard == "edifact" else []
    found = {}
    for name in names:
        sign = getattr(used, name)
        usable = len(sign) == 1 and not sign.isalnum() and sign != " "
        if usable and sign != getattr(usual, name):
            found[name] = _SPELLED.get(sign, sign)
    return found


def asks(seen: Sequence[SeenInterchange]) -> bool:
    """Whether some interchange asks for an acknowledgement."""
    return any(one.interchange.ack_requested for one in seen)


def widths(seen: Sequence[SeenInterchange]) -> list[int]:
    """Lengths of the control references, shortest first."""
    return sorted({len(one.interchange.reference) for one in seen})
