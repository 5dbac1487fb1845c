"""A sign of life while something takes long: on a terminal only, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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


@contextmanager
def telling(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """The same, and a function that says how far it is: ``tell("3 of 9")``."""
    console = Console(file=sys.stderr)
    if quiet or not console.is_terminal:
        yield lambda _text: None
        return
    with console.status(f"{what} …") as status:
        yield lambda text: status.update(f"{what} … {text}")
