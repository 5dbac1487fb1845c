"""Regenerate the pages that come from code: `make docs`. `--check` only compares.

Generated: `docs/codes/*.md` from the registry of problem codes, `docs/reference/cli.md` from the
commands, `docs/reference/settings.md` and `docs/reference/schema/*.json` from the models of the
settings files,
`docs/reference/states.md` from the transition table, `docs/reference/metrics.md` from the metrics,
`docs/reference/documents.md` from the models of the documents, `docs/reference/invoice-terms.md`
from the invoice and its maps, `docs/reference/as2-presets.md` from the presets of AS2 products,
`docs/reference/guidelines.md` from `docs/guidelines/*.yaml`, `docs/reference/api.md` from the
routes of the API.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from docs.api import api_page
from docs.as2presets import as2_presets_page
from docs.documents import documents_page
from docs.guidelinetable import guidelines_page
from docs.invoiceterms import invoice_terms_page
from gateway.cli.main import main as cli
from gateway.config.reference import settings_page
from gateway.config.schema import NAMES, schema_text
from gateway.pipeline.states import mermaid
from gateway.problems import REGISTRY, Code
from gateway.telemetry.metric import metrics_page

DOCS = Path(__file__).parent

_ACKNOWLEDGEMENTS = (
    ("edifact", "CONTRL, data element 0085"),
    ("ak3", "997 AK304"),
    ("ak4", "997 AK403"),
    ("ak5", "997 AK502"),
    ("ak9", "997 AK905"),
    ("ik3", "999 IK304"),
    ("ik4", "999 IK403"),
    ("ik5", "999 IK502"),
    ("ta1", "TA105"),
)


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page with its text."""
    for row in REGISTRY.values():
        yield DOCS / "codes" / f"{row.code}.md", _code_page(row)
    yield DOCS / "codes" / "README.md", _code_index()
    yield DOCS / "reference" / "cli.md", _cli_page()
    yield DOCS / "reference" / "settings.md", settings_page()
    for name in NAMES:
        yield DOCS / "reference" / "schema" / f"{name}.json", schema_text(name)
    yield DOCS / "reference" / "states.md", _states_page()
    yield DOCS / "reference" / "metrics.md", metrics_page()
    yield DOCS / "reference" / "documents.md", documents_page()
    yield DOCS / "reference" / "invoice-terms.md", invoice_terms_page()
    yield DOCS / "reference" / "as2-presets.md", as2_presets_page()
    yield DOCS / "reference" / "guidelines.md", guidelines_page()
    yield DOCS / "reference" / "api.md", api_page()


def _code_page(row: Code) -> str:
    lines = [f"# {row.code}: {row.title}", "", f"> {row.sentence}", ""]
    lines += [f"Layer: {row.layer}. Severity: {row.severity}.", ""]
    lines += ["## Why", "", row.why, "", "## What to do", "", row.remedy, ""]
    equivalents = [(label, getattr(row, name)) for name, label in _ACKNOWLEDGEMENTS]
    if any(value for _, value in equivalents):
        lines += ["## In acknowledgements", ""]
        lines += [f"- {label}: `{value}`" for label, value in equivalents if value]
        lines += [""]
    return "\n".join(lines)


def _code_index() -> str:
    lines = [
        "# Problem codes",
        "",
        "A code is never reused. `gateway explain CODE` prints its page.",
        "",
    ]
    lines += ["| Code | Layer | Title |", "|---|---|---|"]
    lines += [
        f"| [{row.code}]({row.code}.md) | {row.layer} | {row.title} |" for row in REGISTRY.values()
    ]
    return "\n".join(lines) + "\n"


def _cli_page() -> str:
    lines = ["# Commands", ""]
    context = click.Context(cli, info_name="gateway")
    lines += ["```", cli.get_help(context), "```", ""]
    for name in sorted(cli.commands):
        lines += _command(cli.commands[name], name, context)
    return "\n".join(lines)


def _command(command: click.Command, name: str, parent: click.Context) -> list[str]:
    """The help of a command, then that of those in it."""
    here = click.Context(command, info_name=name, parent=parent)
    marks = "#" * (here.command_path.count(" ") + 1)
    lines = [f"{marks} {here.command_path}", "", "```", command.get_help(here), "```", ""]
    if isinstance(command, click.Group):
        for inner in command.commands:
            lines += _command(command.commands[inner], inner, here)
    return lines


def _states_page() -> str:
    return "\n".join(
        [
            "# States of a message",
            "",
            "Drawn from the transition table in `gateway/pipeline/states.py`.",
            "",
            "```mermaid",
            mermaid().strip(),
            "```",
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    """Write what differs, delete what is gone; with ``--check`` say what differs and return 1."""
    check = "--check" in arguments
    wanted = dict(pages())
    stale = [
        path
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    gone = [path for path in (DOCS / "codes").glob("*.md") if path not in wanted]
    for path in [*stale, *gone]:
        print(("stale: " if check else "written: ") + str(path.relative_to(DOCS.parent)))
        if check:
            continue
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 1 if check and (stale or gone) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
