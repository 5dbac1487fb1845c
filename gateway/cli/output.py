"""What commands share in printing: problems with carets, JSON, tables; colours on terminals."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.config import Workspace, load_workspace
from gateway.config.data import installed
from gateway.problems import Problem, Severity, has_errors
from gateway.problems.render import render, visible

F = TypeVar("F", bound=Callable[..., Any])

OK, FOUND, CANNOT = 0, 1, 2
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def json_option(command: F) -> F:
    """``--json``: one JSON value on standard output, nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """One JSON value, indented; what JSON has no type for is written as text."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_problems(problems: Iterable[Problem], root: Path, *, limit: int = 100) -> None:
    """Problems with a caret into their file, as far as the file can be read under ``root``."""
    shown = list(problems)
    for found in shown[:limit]:
        click.echo(coloured(found, source(root, found)))
        click.echo()
    if len(shown) > limit:
        click.echo(f"… and {len(shown) - limit} more (--json lists all)\n")


def coloured(found: Problem, text: str | None) -> str:
    """A rendered problem; the head and the caret in the colour of its severity."""
    head, *rest = render(found, text).split("\n")
    colour = _COLOURS[found.severity]
    lines = [click.style(head, fg=colour, bold=True)]
    for line in rest:
        caret = "│" in line and line.rstrip().endswith("^")
        remedy = line.lstrip().startswith("= ")
        lines.append(click.style(line, fg=colour if caret else "cyan" if remedy else None))
    return "\n".join(lines)


def source(root: Path, found: Problem) -> str | None:
    """The text a problem points into. Byte offsets need a text with one sign per byte."""
    if found.place.file is None:
        return None
    # A map or layout that came with the package is named as if it lay in the workspace.
    for folder in (root, installed()):
        try:
            if not (folder / found.place.file).is_file():  # a pipe would be waited for
                continue
            data = (folder / found.place.file).read_bytes()
        except (OSError, ValueError):
            continue
        break
    else:
        return None
    return data.decode("utf-8-sig" if found.place.line is not None else "latin-1", "replace")


def summary(problems: Sequence[Problem]) -> str:
    """``2 errors, 1 warning``."""
    counts = [(word, sum(found.severity == word for found in problems)) for word in Severity]
    parts = [f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts if count]
    return ", ".join(parts) or "no problems"


def open_workspace(root: Path, *, as_json: bool = False) -> Workspace:
    """The workspace; what is wrong with it goes to standard error, without one the command ends.

    A broken partner does not keep the others from working, so it only warns here.
    """
    workspace, problems = load_workspace(root)
    if workspace is None:
        if as_json:
            print_json({"problems": [found.as_json() for found in problems]})
        else:
            print_problems(problems, root)
        cannot(f"there is no usable workspace in {root.absolute()}; `gateway init DIR` makes one")
    if has_errors(problems):
        names = f" ({', '.join(workspace.broken)} left out)" if workspace.broken else ""
        click.echo(f"settings: {summary(problems)}{names}; see `gateway check`", err=True)
    return workspace


def open_running(root: Path, *, as_json: bool = False) -> Workspace:
    """The workspace that runs: what was applied last, whatever the files say.

    Before anything was applied, and on a machine where nothing ran yet, the files.
    """
    from gateway.config import lastrun  # noqa: PLC0415 (few need it)

    known = lastrun.last(root)
    return open_workspace(root, as_json=as_json) if known is None else known[0]


def cannot(reason: str) -> NoReturn:
    """End with exit code 2 and a sentence why."""
    click.echo(f"gateway: {reason}", err=True)
    sys.exit(CANNOT)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """A plain table, as wide as it needs; shell pipes get every column."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold", title=title or None)
    for number, column in enumerate(columns):
        table.add_column(column, no_wrap=True, overflow="ignore" if number else "fold")
    for row in rows:
        table.add_row(*(escape("\n".join(map(visible, each.split("\n")))) for each in row))
    if not console.is_terminal:
        console.width = 500
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))
