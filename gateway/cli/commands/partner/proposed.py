"""What ``gateway partner new`` found, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from gateway.cli.output import print_problems, print_table, summary
from gateway.config.proposal import Proposal
from gateway.config.proposal.writing import one_line
from gateway.pipeline.proposing.adding import Addition
from gateway.pipeline.proposing.rehearse import Rehearsal
from gateway.problems import Problem, errors

_SHOWN = 20


def print_proposal(made: Proposal, tried: Rehearsal, folder: Path, *, written: bool) -> None:
    """What was recognised, what was proposed, what became of the samples."""
    for standard, one in made.sides.envelopes.items():
        him = one_line(f"{one.id}{f':{one.qualifier}' if one.qualifier else ''}")
        us = one_line(f"{one.ours[1]}{f':{one.ours[0]}' if one.ours[0] else ''}")
        sure = "  (who is who is to be decided)" if made.sides.unsure else ""
        click.echo(f"{standard:8} {him} is the partner, {us} are we{sure}")
    if made.parties.gln:
        click.echo(f"{'GLN':8} {made.parties.gln}")
    for standard, codec in made.samples.codecs.items():
        click.echo(f"{'charset':8} {codec} ({standard})")
    click.echo()
    print_table(
        ("Message", "Document", "Samples", "Right", "Segments", "Rows", "Unread", "Base"),
        [
            (
                f"{one.message} {one.directory} {one.association}".rstrip(),
                f"{one.document} {one.direction}",
                str(len(one.seen)),
                str(sum(1 for _, each in one.seen if each.sound)),
                str(len(one.shape)),
                str(len(one.overlay.rows)),
                str(one.overlay.unread),
                one.extends or "directory",
            )
            for one in made.kinds
        ],
    )
    click.echo()
    _told(made.problems)
    _files(tried.files, folder, written=written)
    _outcome(tried)
    click.echo(
        f"{len(made.marks)} things to decide are marked # decide: (gateway check lists them)"
    )


def print_next(name: str, folder: Path, made: Proposal) -> None:
    """Three lines: what comes next."""
    first = next((one for one in made.files if one.startswith("samples/")), "")
    commands = (
        ("gateway check", f"what is to be decided in {name}"),
        (f"gateway map test {name}", "the samples, as they come out now"),
        (f"gateway try {folder / first}", "all that would happen with one"),
    )
    click.echo("\nNext:")
    for command, what in commands:
        click.echo(f"  {command:<40} {what}")


def print_addition(
    found: Addition, tried: Rehearsal, files: Sequence[str], folder: Path, *, written: bool
) -> None:
    """What more samples changed."""
    _told(found.proposal.problems)
    for line in found.differences:
        click.secho(line, fg={"+": "green", "-": "red"}.get(line[:1]))
    for one in found.beside:
        click.echo(f"\n{one} stands beside the file that somebody changed: compare, and merge")
    for agreed in found.unagreed:
        what = f"{agreed.document} {agreed.direction}, {agreed.written}"
        click.echo(f"\nno agreement speaks of {what}: add one to partner.yaml")
    _files({one: b"" for one in files}, folder, written=written)
    _outcome(tried)


def _told(problems: Sequence[Problem]) -> None:
    print_problems(problems[:_SHOWN], Path())
    if len(problems) > _SHOWN:
        click.echo(f"… and {len(problems) - _SHOWN} more (--json lists all)\n")


def _files(files: Sequence[str] | dict[str, bytes], folder: Path, *, written: bool) -> None:
    word = "written" if written else "would be written"
    shown = [one for one in sorted(files) if not one.startswith("samples/")]
    cases = {str(Path(one).parent) for one in files if one.startswith("samples/")}
    for one in shown:
        click.echo(f"{word}  {folder / one}")
    if cases:
        click.echo(f"{word}  {folder / 'samples'}  {len(cases)} samples with what they become")
    click.echo()


def _outcome(tried: Rehearsal) -> None:
    wrong = errors(tried.problems)
    if wrong:
        click.echo(f"gateway check would find {summary(wrong)}:")
        for one in wrong[:_SHOWN]:
            click.echo(f"  {one}")
    count = len(tried.results)
    click.echo(
        f"{len(tried.translated)} of {count} samples become a document,"
        f" {len(tried.clean)} without any error"
    )
