"""What public guidelines of partners demand, and where it is said: a table for each.

`docs/guidelines/*.yaml` holds, for each guideline, its settings and guide as an integrator would
write them and every demand with the place in them that expresses it (`where`), or in words how it
is met (`how`), or why it cannot be (`missing`). Tests load all settings and guides and follow every
`where`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.syntax.yamltext import read_yaml

FOLDER = Path(__file__).parent / "guidelines"


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand of a guideline."""

    what: str
    where: str = ""
    """Path in the settings, or behind ``guide.`` or ``files.<name>`` in a file beside them."""
    how: str = ""
    note: str = ""
    """Behind the place: what the settings alone do not say."""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Guideline:
    """A public guideline; files by name, ``settings`` for `partner.yaml`."""

    name: str
    title: str
    message: str
    source: str
    settings: str
    demands: tuple[Demand, ...]
    files: Mapping[str, str] = field(default_factory=dict)


def guidelines() -> Iterator[Guideline]:
    """All of them, by name."""
    for path in sorted(FOLDER.glob("*.yaml")):
        text, problems = read_yaml(path.read_bytes(), path.name)
        if text is None or problems:
            raise ValueError(f"{path.name}: {problems}")
        yield _guideline(path.stem, text.data)


def _guideline(name: str, data: Mapping[str, Any]) -> Guideline:
    files = dict(data.get("files", {}))
    if "guide" in data:
        files["guide.yaml"] = data["guide"]
    demands = tuple(Demand(**each) for each in data["demands"])
    return Guideline(
        name, data["title"], data["message"], data["source"], data["settings"], demands, files
    )


def guidelines_page() -> str:
    """The page as Markdown."""
    known = list(guidelines())
    demands = [each for one in known for each in one.demands]
    missing = [each for each in demands if each.missing]
    lines = [
        "# Public guidelines of partners",
        "",
        f"{len(known)} public guidelines with {len(demands)} demands: "
        f"{sum(bool(each.where) for each in demands)} are expressed in `partner.yaml` or a guide, "
        f"{sum(bool(each.how) for each in demands)} are met in another way, "
        f"{len(missing)} cannot be expressed. The files behind this page are in "
        "[docs/guidelines](../guidelines/): settings and a guide for each, to copy from. They "
        "hold what public excerpts say; ask the partner for the edition that counts.",
        "",
        "## What cannot be expressed",
        "",
        *(
            f"- **{one.title}**: {each.what}: {each.missing}."
            for one in known
            for each in one.demands
            if each.missing
        ),
        "",
    ]
    for one in known:
        lines += [f"## {one.title}", "", f"{one.message}. Source: {one.source}.", ""]
        lines += ["| Demand | Where it is said |", "|---|---|"]
        lines += [f"| {each.what} | {_answer(one, each)} |" for each in one.demands]
        lines.append("")
    return "\n".join(lines)


def _answer(one: Guideline, each: Demand) -> str:
    if each.missing:
        return f"**not expressible**: {each.missing}"
    if each.how:
        return each.how
    kind, _, path = each.where.partition(".")
    link = f"../guidelines/{one.name}.yaml"
    said = (
        f"guide: [`{path}`]({link})" if kind == "guide" else f"settings: [`{each.where}`]({link})"
    )
    return f"{said}; {each.note}" if each.note else said
