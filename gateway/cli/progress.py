"""A sign of life while something takes long: on a terminal only, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def busy(what: str, *, quiet: bool = False) -> Iterator[None]:
    """Show ``what`` with a spinner and the time it takes."""
    console = Console(file=sys.stderr)
    if quiet or not console.is_terminal:
        yield
        return
    with console.status(f"{what} …"):
        yield
