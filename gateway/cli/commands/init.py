"""``gateway init DIR``: a workspace to start from."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.schema import write_schemas
from gateway.cli.output import cannot, json_option, print_json
from gateway.config.data import installed
from gateway.config.parents import LIKE
from gateway.config.partnerfiles import OWN

_FOLDER = "partners"
_SHOPS = "shops"
_TOLD = ("gateway.yaml", OWN, "partner.yaml", "shop.yaml")
_NEXT = """Next:
  edit {dir}/partners/_own.yaml                       who you are
  gateway -w {dir} partner new NAME --from SAMPLE…    a partner, from files that he sent
  gateway -w {dir} check                              are the settings right?
  gateway -w {dir} serve                              keep exchanging
All of it, step by step: docs/howto/onboard-a-partner.md"""


def examples() -> list[str]:
    """The names of the example partners."""
    return sorted(path.parent.name for path in (installed() / _FOLDER).glob("*/partner.yaml"))


def example_shops() -> list[str]:
    """The names of the example shops."""
    return sorted(path.parent.name for path in (installed() / _SHOPS).glob("*/shop.yaml"))


def write_workspace(
    target: Path, partners: Collection[str] | None = None, shops: Collection[str] = ()
) -> list[Path]:
    """Copy ``gateway.yaml``, ``_own.yaml`` and the example partners, or only these, to ``target``.

    ``shops``: example shops that are copied, too. Returns the files made.
    """
    names = examples() if partners is None else partners
    source = installed()
    wanted = [source / "gateway.yaml", source / _FOLDER / OWN]
    for name in sorted((LIKE, *names)) if names else ():
        wanted += sorted(_files(source / _FOLDER / name))
    for name in sorted(shops):
        wanted += sorted(_files(source / _SHOPS / name))
    made = []
    for path in wanted:
        to = target / path.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
        made.append(to)
    return made


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.rglob("*") if each.is_file() and each.name[0] != ".")


@click.command(cls=Command)
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--partner", "-p", "partners", metavar="NAME", multiple=True, help="Only this example."
)
@click.option(
    "--shop", "-s", "shops", metavar="NAME", multiple=True, help="This example of a web shop, too."
)
@click.option("--empty", is_flag=True, help="No examples.")
@json_option
def init(
    directory: Path, partners: tuple[str, ...], shops: tuple[str, ...], empty: bool, as_json: bool
) -> None:
    """Make a workspace with invented partners to copy from. Nothing is overwritten.

    No keys are made: two of the examples are paused, and `gateway check` says what they need.

    Example:
        gateway init shop
        gateway init --partner acme-retail shop
        gateway init --empty shop
        gateway init --empty --shop web-shop --shop marketplace shop

    """
    for name in ("gateway.yaml", _FOLDER):
        if (directory / name).exists():
            cannot(f"{directory / name} exists already; nothing was changed")
    if empty and partners:
        cannot("--empty and --partner go apart")
    if strange := set(partners) - {*examples()}:
        cannot(f"there is no example {min(strange)}; there are {', '.join(examples())}")
    if strange := set(shops) - {*example_shops()}:
        cannot(f"there is no example {min(strange)}; there are {', '.join(example_shops())}")
    chosen = partners if partners or empty else None
    try:
        made = write_workspace(directory, chosen, shops) + write_schemas(directory)
    except OSError as error:
        cannot(f"{directory} cannot be written: {error.strerror}")
    if as_json:
        print_json({"workspace": directory.absolute(), "files": made})
        return
    told = [path for path in made if path.name in _TOLD]
    for path in told:
        click.echo(f"written  {path}")
    click.echo(f"written  {len(made) - len(told)} files beside them\n")
    click.echo(_NEXT.format(dir=directory))
