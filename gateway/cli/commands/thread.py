"""``gateway threads`` and ``gateway thread NUMBER``: what became of orders."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_running,
    print_json,
    print_table,
)
from gateway.cli.working import open_gateway
from gateway.documents.threads import (
    STATES,
    Finding,
    Line,
    Price,
    Quantities,
    Thread,
    written,
)
from gateway.pipeline.watch.threads import View
from gateway.store.threads import DocumentRow

_QUANTITIES = ("ordered", "confirmed", "shipped", "invoiced")
_PRICES = ("ordered_prices", "confirmed_prices", "invoiced_prices")
_DATES = ("wanted", "promised", "shipped_on", "invoiced_on")
_HEADS = (
    "Line", "Article", "Ordered", "Confirmed", "Shipped", "Invoiced",
    "Price ordered", "confirmed", "invoiced", "Wanted", "Promised", "Shipped", "Invoiced",
)  # fmt: skip
_MOST_SHOWN = 100


@click.command(cls=Command)
@click.option("--state", type=click.Choice(list(STATES)), help="Only threads in this state.")
@click.option("--partner", help="Only threads of this partner.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="How many.")
@json_option
@click.pass_obj
def threads(root: Path, state: str | None, partner: str | None, limit: int, as_json: bool) -> None:
    """List orders and how far they are.

    Newest first; those of one partner by the number of the order, highest first. A thread is
    every document that refers to one order of one partner.

    Example:
        gateway threads --state differs
        gateway threads --partner acme-retail --limit 20

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        found = gateway.threads(state=state, partner=partner, limit=limit)
    if as_json:
        rows = [
            {
                "order": row.number, "partner": row.partner, "state": row.state,
                "documents": size, "created": row.created.isoformat(),
                "updated": row.updated.isoformat(),
            }
            for row, size in found
        ]  # fmt: skip
        print_json(rows)
    elif found:
        rows_shown = [
            (row.number, row.partner, row.state, str(size), _time(row.created), _time(row.updated))
            for row, size in found
        ]
        print_table(("Order", "Partner", "State", "Documents", "Since", "State since"), rows_shown)
    else:
        click.echo("no threads" + (" fit" if state or partner else " yet"))


@click.command(cls=Command)
@click.argument("number")
@click.option("--partner", help="Whose order, where several partners have this number.")
@json_option
@click.pass_obj
def thread(root: Path, number: str, partner: str | None, as_json: bool) -> None:
    """Show what became of one order.

    Its documents, and line by line what was ordered, confirmed, shipped and invoiced at which
    price. A ! marks what does not fit, a ~ what was confirmed otherwise than ordered.

    Example:
        gateway thread PO-26-10417

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        found = gateway.thread(number, partner)
    if not found:
        whose = f" of {partner}" if partner else ""
        cannot(f"no document refers to an order {number}{whose}; `gateway threads` lists orders")
    if as_json:
        print_json([_as_json(view) for view in found])
    else:
        for each, view in enumerate(found):
            click.echo("\n" * bool(each), nl=False)
            _print(view)
    differs = any(view.thread is None or view.thread.findings for view in found)
    sys.exit(FOUND if differs else OK)


def _print(view: View) -> None:
    row, compared = view.row, view.thread
    state = row.state if compared is None else compared.state
    click.secho(f"order {row.number} of {row.partner}: {state}", bold=True)
    click.echo()
    _print_documents(view)
    if compared is None:
        click.echo("\nThe documents cannot be compared: too many, or not all are kept any more.")
        return
    if compared.lines:
        click.echo()
        marks = {(one.line, one.column) for one in compared.findings}
        print_table(*_without_empty(_HEADS, [_cells(line, marks) for line in compared.lines]))
    for finding in compared.findings:
        click.echo()
        click.echo(coloured(finding.problem, None))
        click.echo(f"  gateway message {finding.entry.message}")
    for finding in compared.waiting:
        click.echo()
        until = _time(_counts_from(compared, finding))
        click.echo(f"waits until {until}: {finding.problem.sentence}")


def _print_documents(view: View) -> None:
    why_not = _why_not(view.thread)
    rows = [
        (
            _time(each.created),
            each.direction,
            each.document,
            each.number or "–",
            each.state,
            str(each.message),
            f"does not count: {why_not[each.message]}" if each.message in why_not else "",
        )
        for each in view.documents[:_MOST_SHOWN]
    ]
    heads = ("Since", "Way", "Document", "Number", "State", "Message", "")
    print_table(*_without_empty(heads, rows))
    if len(view.documents) > _MOST_SHOWN:
        click.echo(f"… and {len(view.documents) - _MOST_SHOWN} more (--json lists all)")


def _cells(line: Line, marks: set[tuple[str, str]]) -> tuple[str, ...]:
    """One row of the table, with marks."""
    quantities = [written(getattr(line, name)) for name in _QUANTITIES]
    prices = [_prices(getattr(line, name)) for name in _PRICES]
    for column, name in enumerate(_QUANTITIES):
        quantities[column] += " !" * ((line.name, name) in marks)
    quantities[1] += " ~" * bool(line.confirmed and line.confirmed != line.ordered)
    prices[1] += " ~" * _other_price(line)
    prices[2] += " !" * ((line.name, "price") in marks)
    name = line.name + " !" * ((line.name, "") in marks)
    dates = [str(getattr(line, each) or "") for each in _DATES]
    return (name, line.article or line.text, *quantities, *prices, *dates)


def _other_price(line: Line) -> bool:
    before = line.ordered_prices
    return bool(before) and any(
        all(one.same_terms(each) and one.value != each.value for each in before)
        for one in line.confirmed_prices
    )


def _without_empty(
    heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    """The table without columns in which nothing stands."""
    kept = [at for at in range(len(heads)) if any(row[at] for row in rows)]
    return [heads[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _prices(prices: Sequence[Price]) -> str:
    return ", ".join(map(str, prices))


def _time(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _why_not(compared: Thread | None) -> dict[int, str]:
    listed = () if compared is None else compared.documents
    return {each.entry.message: each.why_not for each in listed if each.why_not}


def _counts_from(compared: Thread, finding: Finding) -> datetime:
    return finding.ripe_at(compared.rules.grace)


# ---- JSON -------------------------------------------------------------------------------------


def _as_json(view: View) -> dict[str, Any]:
    row, compared = view.row, view.thread
    why_not = _why_not(compared)
    data: dict[str, Any] = {
        "order": row.number,
        "partner": row.partner,
        "state": row.state if compared is None else compared.state,
        "documents": [_document(each, why_not) for each in view.documents],
    }
    if compared is None:
        return data | {"compared": False}
    return data | {
        "compared": True,
        "lines": [_line(line) for line in compared.lines],
        "findings": [_finding(each) for each in compared.findings],
        "waiting": [
            _finding(each) | {"counts_from": _counts_from(compared, each).isoformat()}
            for each in compared.waiting
        ],
    }


def _document(row: DocumentRow, why_not: dict[int, str]) -> dict[str, Any]:
    return {
        "message": row.message,
        "document": row.document,
        "number": row.number or None,
        "direction": row.direction,
        "state": row.state,
        "since": row.created.isoformat(),
        "counts": row.message not in why_not,
        "why_not": why_not.get(row.message),
    }


def _line(line: Line) -> dict[str, Any]:
    data: dict[str, Any] = {"line": line.name, "article": line.article or None}
    data["text"] = line.text or None
    data |= {name: _amounts(getattr(line, name)) for name in _QUANTITIES}
    data |= {name: [_money(one) for one in getattr(line, name)] for name in _PRICES}
    return data | {name: getattr(line, name) for name in _DATES}


def _amounts(quantities: Quantities) -> list[dict[str, Any]]:
    return [{"quantity": format(one.value, "f"), "unit": one.unit} for one in quantities]


def _money(price: Price) -> dict[str, Any]:
    return {"price": format(price.value, "f"), "currency": price.currency, "unit": price.unit}


def _finding(finding: Finding) -> dict[str, Any]:
    data = finding.problem.as_json()
    return data | {
        "message": finding.entry.message,
        "line": finding.line or None,
        "column": finding.column or None,
    }
