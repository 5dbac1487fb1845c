"""``gateway partner new``: a partner's folder from his samples, from another one, or empty."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, Unpack, get_args

import click

from gateway.cli.command import Command
from gateway.cli.commands.partner.proposed import print_addition, print_next, print_proposal
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    open_workspace,
    print_json,
    print_problems,
)
from gateway.cli.translation import translation_of
from gateway.config import Workspace
from gateway.config.agreement import Direction, DocumentName
from gateway.config.proposal import KINDS, Proposal, SampleFile, Wanted, propose, summary
from gateway.config.proposal.proposal import MOST_BYTES, MOST_FILES
from gateway.pipeline.proposing.adding import Addition, add, with_addition
from gateway.pipeline.proposing.folder import add_files, taken, write_folder
from gateway.pipeline.proposing.house import house_of
from gateway.pipeline.proposing.pattern import like, minimal
from gateway.pipeline.proposing.rehearse import Rehearsal, rehearse
from gateway.problems import Problem, problem

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Chosen(TypedDict):
    """The options of the command."""

    more: tuple[Path, ...]
    samples: tuple[Path, ...]
    title: str
    pattern: str | None
    document: DocumentName | None
    direction: Direction | None
    channel: str | None
    adding: bool
    dry_run: bool
    as_json: bool


@click.command("new", cls=Command)
@click.argument("name")
@click.argument(
    "more", metavar="[SAMPLE]...", nargs=-1, type=click.Path(exists=True, path_type=Path)
)
@click.option("--from", "samples", metavar="SAMPLE", multiple=True,
              type=click.Path(exists=True, path_type=Path),
              help="A file of his, or a folder of files; several may follow.")  # fmt: skip
@click.option("--name", "title", default="", help="The name of the company.")
@click.option("--like", "pattern", metavar="PARTNER", help="Another partner as a pattern.")
@click.option("--document", type=click.Choice(get_args(DocumentName)), help="Only this document.")
@click.option("--direction", type=click.Choice(get_args(Direction)),
              help="Which way samples go that do not name us.")  # fmt: skip
@click.option("--channel", type=click.Choice(KINDS), help="Kind of the channel.  [default: folder]")
@click.option("--add", "adding", is_flag=True, help="Read more samples into a partner.")
@click.option("--dry-run", is_flag=True, help="Show everything, write nothing.")
@json_option
@click.pass_obj
def new(root: Path, name: str, **chosen: Unpack[Chosen]) -> None:
    """Make the folder of a new partner.

    From samples come his identities, the syntax, an agreement per message, a guide of what he uses,
    an overlay for what he writes elsewhere, code lists, and the samples as tests. What they cannot
    tell is marked with a comment # decide: …, which `gateway check` lists; with a mark left he
    cannot be live. All files are written, or none; a folder that is there is never overwritten.

    Example:
        gateway partner new contoso-foods --from order-1.edi order-2.edi
        gateway partner new contoso-foods --from samples/ --channel sftp --dry-run
        gateway partner new contoso-foods --add --from order-3.edi
        gateway partner new contoso-foods --like acme-retail

    """
    files = (*chosen["samples"], *chosen["more"])
    _check(name, chosen)
    workspace = open_workspace(root, as_json=chosen["as_json"])
    wanted = Wanted(
        name,
        chosen["title"],
        chosen["channel"] or "folder",
        chosen["direction"],
        chosen["document"],
        known=chosen["adding"],
    )
    task = _Task(workspace, wanted, chosen["dry_run"], chosen["as_json"])
    if chosen["adding"]:
        task.add(_read(files))
    elif files:
        task.propose(_read(files))
    else:
        task.make(chosen["pattern"], chosen["channel"])


def _check(name: str, chosen: Chosen) -> None:
    """What does not go together is a wrong use of the command."""
    if _NAME.fullmatch(name) is None:
        raise click.UsageError("NAME has small letters, digits and hyphens, at most 40")
    if chosen["more"] and not chosen["samples"]:
        raise click.UsageError("samples follow --from")
    if chosen["pattern"] is not None and (chosen["samples"] or chosen["adding"]):
        raise click.UsageError("--like goes without --from and --add")
    if chosen["adding"] and not chosen["samples"]:
        raise click.UsageError("--add goes with --from")


class _Task:
    """One call of the command."""

    def __init__(self, workspace: Workspace, wanted: Wanted, dry_run: bool, as_json: bool) -> None:
        self.workspace = workspace
        self.wanted = wanted
        self.dry_run = dry_run
        self.as_json = as_json
        self.folder = workspace.partner_folder(wanted.name)
        near = self.folder.is_relative_to(Path.cwd())
        self.shown = self.folder.relative_to(Path.cwd()) if near else self.folder

    def propose(self, samples: Sequence[SampleFile]) -> None:
        """From samples."""
        self._free()
        made = propose(samples, self.wanted, house_of(translation_of(self.workspace)))
        if made.refused:
            self._refused(made)
        tried = self._rehearsed(made.files)
        if not self.dry_run:
            self._write(tried.files)
        self._told(made, tried)

    def add(self, samples: Sequence[SampleFile]) -> None:
        """More samples for a partner that is there."""
        partner = self.workspace.partners.get(self.wanted.name)
        if partner is None:
            known = ", ".join(self.workspace.partners) or "none"
            cannot(f"there is no partner {self.wanted.name} that can be used; there are: {known}")
        house = house_of(translation_of(self.workspace))
        found = add(partner, self.folder, samples, lambda files: propose(files, self.wanted, house))
        if found.proposal.refused:
            self._refused(found.proposal)
        tried = self._rehearsed(with_addition(self.folder, found.files))
        made = [*found.files, *_expected(tried.files, found.files)]
        if not self.dry_run:
            add_files(self.folder, {one: tried.files[one] for one in made})
        self._told_addition(found, tried, made)

    def make(self, pattern: str | None, channel: str | None) -> None:
        """Without samples."""
        self._free()
        wanted = self.wanted
        if pattern is None:
            files = minimal(wanted.name, wanted.title, wanted.channel)
        else:
            source = self.workspace.partner_folder(pattern)
            if pattern not in self.workspace.partners:
                known = ", ".join(self.workspace.partners) or "none"
                cannot(f"there is no partner {pattern} that can be used; there are: {known}")
            try:
                files = like(wanted.name, wanted.title, channel, source)
            except (OSError, ValueError) as error:
                cannot(f"{pattern} cannot be read: {error}")
        tried = self._rehearsed(files)
        if not self.dry_run:
            self._write(files)
        if self.as_json:
            print_json({"partner": wanted.name, "folder": str(self.folder), "files": sorted(files),
                        "written": not self.dry_run, **_checked(tried)})  # fmt: skip
        else:
            for one in sorted(files):
                click.echo(f"{'would be ' if self.dry_run else ''}written  {self.shown / one}")
            click.echo(f"{len(tried.problems)} things to decide; see `gateway check`")
        sys.exit(OK)

    # ---- steps

    def _free(self) -> None:
        found = taken(self.folder)
        if found is not None:
            self._stop([found])

    def _refused(self, made: Proposal) -> None:
        self._stop(made.problems)

    def _stop(self, problems: Sequence[Problem]) -> None:
        if self.as_json:
            print_json({"written": False, "problems": [one.as_json() for one in problems]})
        else:
            print_problems(problems, self.workspace.root)
        sys.exit(FOUND)

    def _rehearsed(self, files: Mapping[str, bytes]) -> Rehearsal:
        try:
            tried = rehearse(self.workspace, self.wanted.name, files)
        except OSError as error:
            cannot(f"the proposal cannot be tried: {error}")
        if not tried.loaded:
            self._stop(tried.problems)
        return tried

    def _write(self, files: Mapping[str, bytes]) -> None:
        try:
            write_folder(self.folder, files)
        except FileExistsError:
            self._stop([problem("C500", partner=self.wanted.name)])
        except OSError as error:
            cannot(f"{self.folder} cannot be written: {error.strerror or error}")

    def _told(self, made: Proposal, tried: Rehearsal) -> None:
        if self.as_json:
            print_json({**summary(made), "files": sorted(tried.files),
                        "folder": str(self.folder), "written": not self.dry_run,
                        **_checked(tried)})  # fmt: skip
        else:
            print_proposal(made, tried, self.shown, written=not self.dry_run)
            print_next(self.wanted.name, self.shown, made)
        sys.exit(OK)

    def _told_addition(self, found: Addition, tried: Rehearsal, files: Sequence[str]) -> None:
        if self.as_json:
            print_json({**summary(found.proposal), "files": sorted(files),
                        "difference": found.differences, "beside": found.beside,
                        "unagreed": [f"{one.document} {one.direction}, {one.written}"
                                     for one in found.unagreed],
                        "written": not self.dry_run, **_checked(tried)})  # fmt: skip
        else:
            print_addition(found, tried, files, self.shown, written=not self.dry_run)
        sys.exit(OK)


def _checked(tried: Rehearsal) -> dict[str, Any]:
    return {
        "check": [one.as_json() for one in tried.problems],
        "translated": len(tried.translated),
        "samples": len(tried.results),
    }


def _expected(after: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[str]:
    """The expected files of new samples."""
    folders = {str(Path(one).parent) for one in new if one.startswith("samples/")}
    return [one for one in after if str(Path(one).parent) in folders and one not in new]


def _read(paths: Sequence[Path]) -> list[SampleFile]:
    """The files, and those below folders; what is too much is not read."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [one for one in inside if one.is_file()]
    found = list(dict.fromkeys(found))[: MOST_FILES + 1]
    files: list[SampleFile] = []
    size = 0
    for one in found:
        try:
            size += one.stat().st_size
            files.append(SampleFile(one.name, one.read_bytes() if size <= MOST_BYTES + 1 else b""))
        except OSError as error:
            cannot(f"{one} cannot be read: {error.strerror or error}")
    if size > MOST_BYTES:
        cannot(f"the samples have {size} bytes; {MOST_BYTES} are enough for a proposal")
    return files
