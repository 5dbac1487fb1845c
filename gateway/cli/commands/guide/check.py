"""``gateway guide check``: whether guides are right, and messages can fit them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Known, Named
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    print_json,
    print_problems,
    summary,
)
from gateway.grammar.guide.publish.samples import VARIANTS, sample
from gateway.problems import Problem, has_errors


@click.command(cls=Command)
@click.argument("guides", metavar="[GUIDE]...", nargs=-1)
@json_option
@click.pass_obj
def check(root: Path, guides: tuple[str, ...], as_json: bool) -> None:
    """Check guides; without a GUIDE all of the partners.

    A guide is right when it only narrows its base, its slots cannot be confused, and messages can
    be made that fit it.

    Example:
        gateway guide check
        gateway guide check partners/acme-retail/guides/orders.yaml

    """
    known = Known(root)
    named = list(known.partners()) if not guides else []
    for text in guides:
        one = known.named(text)
        if one is None:
            cannot(f"there is no guide {text}; `gateway guide list` shows those there are")
        named.append(one)
    results = [_checked(known, one) for one in named]
    if as_json:
        print_json(results)
    for one, found in zip(named, results, strict=True):
        if not as_json:
            _print(root, one, found)
    sys.exit(OK if all(one["ok"] for one in results) else FOUND)


def _checked(known: Known, one: Named) -> dict[str, Any]:
    guide, problems = known.load(one)
    samples: dict[str, str] = {}
    if guide is not None:
        for variant in VARIANTS:
            try:
                wrong = [str(each) for each in sample(guide, variant).check()]
            except ValueError as impossible:
                wrong = [str(impossible)]
            samples[variant] = "; ".join(wrong)
    right = guide is not None and not has_errors(problems) and not any(samples.values())
    found = [each.as_json() for each in problems]
    return {"guide": one.name, "ok": right, "problems": found, "samples": samples}


def _print(root: Path, one: Named, found: dict[str, Any]) -> None:
    problems = [Problem.from_json(each) for each in found["problems"]]
    print_problems(problems, root)
    if found["ok"]:
        click.echo(f"{one.name}: {summary(problems)}, samples pass")
        return
    click.secho(f"{one.name}: {summary(problems)}", fg="red")
    for variant, wrong in found["samples"].items():
        if wrong:
            click.echo(f"  no {variant} sample fits: {wrong}")
