"""When a directory's code list applies: not to codes that it leaves to others.

- In EDIFACT partners may agree on codes that start with ``Z``. Whole industries do (the German
  energy market: ``BGM+Z12``).
- In a composite, 1131 (which list) and 3055 (who keeps it) behind a code say where the code comes
  from: ``IMD+F++X1::91`` is the supplier's own. Only with agency 6 (UN/ECE), or without both, it is
  the directory's. This is how GS1 codes such as 7143 ``SRV`` travel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gateway.grammar.model import Component, Element

LIST, AGENCY = "1131", "3055"
DIRECTORY = "6"
"""UN/ECE in 3055."""


def agreed(element: Element) -> bool:
    """Whether an element takes codes that partners agree on."""
    return element.kind == "an" and element.max > 1


def is_agreed(element: Element, value: str) -> bool:
    """Whether a value is such a code."""
    fits = agreed(element) and len(value) <= element.max
    return fits and re.fullmatch("Z[0-9A-Z]+", value) is not None


def may_be_elsewhere(components: Sequence[Component], index: int) -> bool:
    """Whether 1131 and 3055 follow a component."""
    following = [one.element.number for one in components[index + 1 : index + 3]]
    return following == [LIST, AGENCY]


def is_elsewhere(components: Sequence[Component], values: Sequence[str], index: int) -> bool:
    """Whether 1131 or 3055 say that the code of a component comes from another list."""
    if not may_be_elsewhere(components, index):
        return False
    which, agency = [*values[index + 1 : index + 3], "", ""][:2]
    return bool(which) or agency not in ("", DIRECTORY)
