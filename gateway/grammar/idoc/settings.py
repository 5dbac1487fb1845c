"""Settings of an IDoc format: ``grammars/idoc/NAME.yaml``, all optional.

    type: ORDERS05          # folder below grammars/idoc; default: the name of the file
    form: flat              # or xml; both are read
    records: full           # padded (1063 characters) or trimmed
    encoding: utf-8         # of flat files
    newline: lf             # or crlf
    root: ORDERS05          # XML: name of the outer element; default: IDOCTYP
    control:                # fields of EDI_DC40 that are always written
      MANDT: 100
      SNDPOR: EDIGW
    zeros:                  # numbers filled with zeros when written, beside the usual ones
      E1EDP19+002.IDTNR: 18

Without a file the format of a type has the defaults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.grammar.idoc.control import EDI_DC40
from gateway.grammar.idoc.flat import FORMS
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import YamlText, read_yaml

ENCODINGS = ("utf-8", "iso-8859-1", "iso-8859-2", "iso-8859-15", "cp1250", "cp1252", "ascii")
_NEWLINES = {"lf": "\n", "crlf": "\r\n"}
_WORDS: dict[str, tuple[str, ...]] = {
    "form": ("flat", "xml"), "records": FORMS, "encoding": ENCODINGS, "newline": tuple(_NEWLINES),
}  # fmt: skip
_NAMES = ("type", "root")
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,39}", re.ASCII)
_ZEROS = re.compile(r"(?:[\w-]+(?:\+\w+)?\.)?\w+", re.ASCII)
_WIDEST = 70


@dataclass(frozen=True, slots=True)
class Settings:
    """How files of a format are written."""

    type: str = ""
    form: str = "flat"
    records: str = "full"
    encoding: str = "utf-8"
    newline: str = "\n"
    root: str = ""
    control: Mapping[str, str] = field(default_factory=dict, hash=False)
    zeros: Mapping[str, int] = field(default_factory=dict, hash=False)


def read_settings(data: bytes, file: str) -> tuple[Settings, list[Problem]]:
    """Settings from a file, and everything that is wrong with it (F350, F351)."""
    found, problems = read_yaml(data, file)
    if found is None or problems:
        reasons = [f"{one.sentence}" for one in problems] or ["it is no YAML"]
        places = [one.place for one in problems] or [Place(file=file)]
        return Settings(), [
            problem("F350", place, line=place.line or 1, reason=reason)
            for place, reason in zip(places, reasons, strict=True)
        ]
    return _Reader(found).read()


class _Reader:
    def __init__(self, found: YamlText) -> None:
        self.found = found
        self.problems: list[Problem] = []

    def read(self) -> tuple[Settings, list[Problem]]:
        data = self.found.data if self.found.data is not None else {}
        if not isinstance(data, dict):
            place = self.found.place(())
            reason = "settings are lines of NAME: VALUE"
            return Settings(), [problem("F350", place, line=place.line, reason=reason)]
        made: dict[str, Any] = {}
        for name, value in data.items():
            if name in _WORDS:
                self._word(name, value, made)
            elif name in _NAMES:
                self._named(name, value, made)
            elif name in ("control", "zeros") and isinstance(value, dict):
                made[name] = self._control(value) if name == "control" else self._zeros(value)
            elif name in ("control", "zeros"):
                self._unknown((name,), name, str(value), "write lines of FIELD: VALUE below it")
            else:
                known = ", ".join([*_WORDS, *_NAMES, "control", "zeros"])
                self._unknown((name,), "settings", name, known, key=True)
        if "newline" in made:
            made["newline"] = _NEWLINES[made["newline"]]
        return Settings(**made), self.problems

    def _word(self, name: str, value: Any, made: dict[str, Any]) -> None:
        if value in _WORDS[name]:
            made[name] = value
        else:
            self._unknown((name,), name, str(value), " ".join(_WORDS[name]))

    def _named(self, name: str, value: Any, made: dict[str, Any]) -> None:
        if isinstance(value, str) and _NAME.fullmatch(value):
            made[name] = value
        else:
            self._unknown((name,), name, str(value), "the name of an IDoc type")

    def _control(self, value: dict[str, Any]) -> dict[str, str]:
        widths = {one.name: one.length for one in EDI_DC40}
        kept: dict[str, str] = {}
        for name, text in value.items():
            if name not in widths:
                self._unknown(("control", name), "control", name, " ".join(widths), key=True)
            elif not isinstance(text, str) or len(text) > widths[name]:
                limit = f"{name} has {widths[name]} characters"
                self._unknown(("control", name), f"control.{name}", str(text), limit)
            else:
                kept[name] = text
        return kept

    def _zeros(self, value: dict[str, Any]) -> dict[str, int]:
        kept: dict[str, int] = {}
        for name, text in value.items():
            width = int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else -1
            if not _ZEROS.fullmatch(name):
                example = "write FIELD, SEGMENT.FIELD or SEGMENT+QUALIFIER.FIELD"
                self._unknown(("zeros", name), "zeros", name, example, key=True)
            elif not 0 <= width <= _WIDEST:
                limit = f"write a width from 1 to {_WIDEST}, or 0 for none"
                self._unknown(("zeros", name), f"zeros.{name}", str(text), limit)
            else:
                kept[name] = width
        return kept

    def _unknown(
        self, path: tuple[str, ...], name: str, value: str, known: str, *, key: bool = False
    ) -> None:
        place = self.found.place(path, key=key)
        known = f"there are {known}" if key and " " in known else known
        self.problems.append(problem("F351", place, name=name, value=value, known=known))
