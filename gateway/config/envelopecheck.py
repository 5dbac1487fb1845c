"""Whether what is set for interchanges can be written, and means something: C140 to C154.

Ranges of control numbers are compared in :mod:`.countercheck`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.config.characters import FOLDER, TableError, read_table
from gateway.config.envelope import (
    EdifactDeviation,
    EdifactSyntax,
    X12Deviation,
    X12Syntax,
    syntax_of,
)
from gateway.config.idleenvelope import idle
from gateway.config.models import Agreement, Closed, Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.problems import Place, Problem, problem
from gateway.syntax.charset import LEVELS, X12_BASIC, X12_EXTENDED, canonical, repertoire
from gateway.syntax.yamltext import Path_, YamlText

_ROLES = ("component", "element", "release", "repetition", "terminator")
_OLD_LEVELS = ("UNOA", "UNOB", "UNOC", "UNOD", "UNOE", "UNOF")
"""Those of syntax versions 1 to 3 (ISO 9735:1988 with amendment 1)."""
_SETS = {"basic": X12_BASIC, "extended": X12_EXTENDED}
_CONSTANTS = {
    "edifact": (
        ("application_reference",), ("agreement_id",), ("recipient", "reference"),
        ("routing", "sender"), ("routing", "sender_further"), ("routing", "receiver"),
        ("routing", "receiver_further"), ("group", "type"), ("group", "sender"),
        ("group", "receiver"), ("group", "agency"), ("group", "association"),
        ("control_numbers", "prefix"), ("control_numbers", "message", "prefix"),
    ),
    "x12": (
        ("authorization", "information"), ("group", "type"), ("group", "sender"),
        ("group", "receiver"), ("group", "version"),
    ),
}  # fmt: skip
"""Texts that stand in every interchange."""
_LENGTHS: Mapping[tuple[str, tuple[str, ...]], tuple[str, int, int]] = {
    ("edifact", ("recipient", "reference")): ("UNB 0022", 1, 14),
    ("x12", ("authorization", "information")): ("ISA02", 1, 10),
    ("x12", ("group", "sender")): ("GS02", 2, 15),
    ("x12", ("group", "receiver")): ("GS03", 2, 15),
}
_IDENTITIES = {
    "edifact": (("id", "S002/S003", 1, 35),),
    "x12": (
        ("id", "ISA06/ISA08", 1, 15),
        ("test_id", "ISA06/ISA08", 1, 15),
        ("qualifier", "ISA05/ISA07", 1, 2),
        ("group", "GS02/GS03", 2, 15),
    ),
}


@dataclass(frozen=True, slots=True)
class Written:
    """One place where a syntax is written, and what it comes to there."""

    standard: str
    path: Path_
    """``("syntax", "edifact")``, or that of an agreement."""
    syntax: EdifactSyntax | X12Syntax
    said: EdifactSyntax | X12Syntax | EdifactDeviation | X12Deviation
    """What is written there itself."""

    def says(self, *names: str) -> bool:
        """Whether a setting is written here itself."""
        here: Any = self.said
        for name in names:
            if not isinstance(here, Closed) or name not in here.model_fields_set:
                return False
            here = getattr(here, name)
        return True

    def value(self, *names: str) -> Any:
        """What a setting comes to; ``None`` where a group on the way is not there."""
        here: Any = self.syntax
        for name in names:
            here = getattr(here, name, None)
        return here


def envelope_problems(workspace: Workspace, partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Of one partner."""
    for written in _written(partner):
        yield from _of(workspace, partner, written, text)
    yield from idle(partner, text)
    yield from _identities(partner, text)
    yield from _hours(partner, text)


def _written(partner: Partner) -> Iterator[Written]:
    for standard in ("edifact", "x12"):
        general = partner.syntax.of(standard)
        if standard in partner.syntax.model_fields_set:
            yield Written(standard, ("syntax", standard), general, general)
    for index, agreement in enumerate(partner.agreements):
        standard = agreement.standard.syntax
        own = None if agreement.syntax is None else agreement.syntax.of(standard)
        if own is not None:
            path: Path_ = ("agreements", index, "syntax", standard)
            yield Written(standard, path, syntax_of(partner, agreement), own)


def _of(
    workspace: Workspace, partner: Partner, written: Written, text: YamlText
) -> Iterator[Problem]:
    yield from _separators(written, text)
    yield from _charset(written, text)
    yield from _constants(written, text)
    yield from _table(workspace, written, text)
    yield from _test(workspace, partner, written, text)
    if isinstance(written.syntax, EdifactSyntax):
        yield from _versions(written, written.syntax, text)
    yield from _group_version(partner, written, text)


def _shown(written: Written, *names: str) -> str:
    return ".".join([*(str(each) for each in written.path if each != "agreements"), *names])


def _versions(written: Written, syntax: EdifactSyntax, text: YamlText) -> Iterator[Problem]:
    """C140: what only syntax version 4 has; C145 a password."""
    level = syntax.version
    for names, element in (
        (("encoding",), "UNB 0133"),
        (("routing", "sender_further"), "UNB 0042"),
        (("routing", "receiver_further"), "UNB 0046"),
        (("delimiters", "repetition"), "the repetition separator"),
    ):
        if level.version < "4" and written.says(*names) and written.value(*names):
            yield _newer(written, text, names, element, str(level))
    if level.version < "4" and syntax.ask_ack == "receipt" and written.says("ask_ack"):
        yield _newer(written, text, ("ask_ack",), "UNB 0031 with 2", str(level))
    known = syntax.recipient
    if known is not None and known.qualifier == "BB" and isinstance(known.reference, str):
        setting = _shown(written, "recipient", "reference")
        # without its line, which would show the password
        yield problem("C145", Place(file=text.file, path=setting), setting=setting)


def _newer(
    written: Written, text: YamlText, names: tuple[str, ...], element: str, version: str
) -> Problem:
    facts = {"element": element, "needed": "4", "version": version}
    place = text.place((*written.path, *names))
    return problem("C140", place, setting=names[-1], **facts)  # type: ignore[arg-type]


def _separators(written: Written, text: YamlText) -> Iterator[Problem]:
    """C142."""
    signs = written.syntax.delimiters
    seen: dict[str, str] = {}
    for role in _ROLES:
        sign = getattr(signs, role, "")
        if (
            role == "repetition"
            and not _repeats(written.syntax)
            and not written.says("delimiters", "repetition")
        ):
            continue
        if sign in seen:
            place = text.place((*written.path, "delimiters", role))
            yield problem("C142", place, one=seen[sign], other=role, sign=sign)
        seen.setdefault(sign, role)


def _repeats(syntax: EdifactSyntax | X12Syntax) -> bool:
    if isinstance(syntax, EdifactSyntax):
        return syntax.version.version >= "4"
    return syntax.standards_id == "auto" and (syntax.version or "99999") >= "00402"


def _charset(written: Written, text: YamlText) -> Iterator[Problem]:
    """C147 a level of another version, C148 what cannot be written."""
    syntax = written.syntax
    if written.says("codec") or written.says("encoding"):
        yield from _codec(written, syntax.codec, text)
    if not isinstance(syntax, EdifactSyntax):
        if syntax.characters.set != "any" and syntax.codec not in (None, "ascii"):
            reason = f"the {syntax.characters.set} set of X12 is ASCII"
            place = text.place((*written.path, "codec"))
            yield problem("C148", place, setting="codec", value=syntax.codec, reason=reason)
        return
    level, version = syntax.version.level, syntax.version.version
    place = text.place((*written.path, "version"))
    if level not in LEVELS and syntax.codec is None:
        reason = "it switches between charsets (ISO 2022)"
        yield problem("C148", place, setting="version", value=level, reason=reason)
    elif version < "4" and level not in _OLD_LEVELS:
        facts = {"version": version, "level": level, "needed": "4"}
        yield problem("C147", place, setting="version", **facts)  # type: ignore[arg-type]


def _codec(written: Written, codec: str | None, text: YamlText) -> Iterator[Problem]:
    if codec is None:
        return
    try:
        canonical(codec)
    except (LookupError, ValueError) as failure:
        place = text.place((*written.path, "codec"))
        yield problem("C148", place, setting="codec", value=codec, reason=failure)


def _constants(written: Written, text: YamlText) -> Iterator[Problem]:
    """C143 a sign that cannot be written, C144 a length."""
    for names in _CONSTANTS[written.standard]:
        value = written.value(*names)
        if not isinstance(value, str) or not value:
            continue
        place, setting = text.place((*written.path, *names)), _shown(written, *names)
        if names[0] == "recipient" and written.value("recipient", "qualifier") == "BB":
            continue  # C145 has it, and does not show it
        bad = unwritable(value, written.syntax)
        if bad is not None:
            sign, reason, way = bad
            yield problem(
                "C143", place, setting=setting, value=value, sign=sign, reason=reason, way=way
            )
        element, least, most = _LENGTHS.get((written.standard, names), ("", 0, len(value)))
        if not least <= len(value) <= most:
            facts: dict[str, Any] = {"element": element, "least": least, "most": most}
            yield problem("C144", place, setting=setting, value=value, size=len(value), **facts)


def unwritable(value: str, syntax: EdifactSyntax | X12Syntax) -> tuple[str, str, str] | None:
    """The first sign of a constant that no interchange could hold: sign, reason, what helps."""
    signs = syntax.delimiters
    bare = () if isinstance(syntax, EdifactSyntax) else _ROLES
    roles = {getattr(signs, role, ""): role for role in bare}
    level, codec = _level(syntax)
    allowed = repertoire(level, codec)
    for sign in value:
        if sign in roles:
            reason = f"which separates ({roles[sign]}), and X12 has no release character"
            return sign, reason, "choose another separator"
        if not sign.isprintable() or (allowed is not None and sign not in allowed):
            return sign, f"which {level or codec} does not have", "agree on a wider charset"
        try:
            sign.encode(codec)
        except UnicodeEncodeError:
            return sign, f"which {level or codec} does not have", "agree on a wider charset"
        except LookupError:
            return None  # C148 has it
    return None


def _level(syntax: EdifactSyntax | X12Syntax) -> tuple[str, str]:
    if isinstance(syntax, EdifactSyntax):
        level = syntax.version.level
        return level, syntax.codec or LEVELS.get(level, "iso8859-1")
    level = _SETS.get(syntax.characters.set, "")
    return level, syntax.codec or ("ascii" if level else "utf-8")


def _table(workspace: Workspace, written: Written, text: YamlText) -> Iterator[Problem]:
    """C149."""
    characters = written.syntax.characters
    if characters.outside == "refuse" or not written.says("characters"):
        return
    name = f"{FOLDER}/{characters.table}.csv"
    path, reason = workspace.find("mappings", name), "there is no such file"
    if path is not None:
        try:
            read_table(path)
        except TableError as failure:
            reason = str(failure)
        except OSError as failure:
            reason = failure.strerror or str(failure)
        else:
            return
    folders = workspace.data_roots("mappings")
    known = sorted({each.stem for root in folders for each in (root / FOLDER).glob("*.csv")})
    place = text.place((*written.path, "characters", "table"))
    facts: dict[str, Any] = {"file": f"mappings/{name}", "reason": reason}
    hint = suggestion(characters.table, known)
    yield problem("C149", place, setting="table", known=", ".join(known), hint=hint, **facts)


def _test(
    workspace: Workspace, partner: Partner, written: Written, text: YamlText
) -> Iterator[Problem]:
    """C153: what says whether it is a test. Of X12 that is C523 and C524."""
    syntax = written.syntax
    if not isinstance(syntax, EdifactSyntax) or not written.says("test_indicator"):
        return
    index = written.path[1] if written.path[0] == "agreements" else None
    modes = {
        one.mode
        for number, one in enumerate(partner.agreements)
        if one.direction == "outbound"
        and one.standard.syntax == "edifact"
        and index in (None, number)
    }
    sides = (workspace.own.identities.edifact, partner.identities.edifact)
    apart = any(side is not None and side.test_id for side in sides)
    place = text.place((*written.path, "test_indicator"))
    if syntax.test_indicator == "never" and not apart and "test" in modes:
        reason = "a test interchange would look like a live one"
        way = "leave it out, or give one side a test_id"
        yield problem("C153", place, setting="test_indicator", reason=reason, way=way)
    if syntax.test_indicator == "always" and "live" in modes:
        reason = "a live interchange would be marked as a test"
        way = "leave it out: the indicator follows the mode of the agreement"
        yield problem("C153", place, setting="test_indicator", reason=reason, way=way)


def _group_version(partner: Partner, written: Written, text: YamlText) -> Iterator[Problem]:
    """C146."""
    syntax = written.syntax
    version = syntax.group.version if isinstance(syntax, X12Syntax) else None
    if version is None or not written.says("group", "version"):
        return
    index = written.path[1] if written.path[0] == "agreements" else None
    for number, one in enumerate(partner.agreements):
        standard = one.standard
        if standard.syntax != "x12" or index not in (None, number) or one.direction != "outbound":
            continue
        if not version.startswith(standard.directory):
            place = text.place((*written.path, "group", "version"))
            facts: dict[str, Any] = {"value": version, "directory": standard.directory}
            yield problem("C146", place, setting="version", standard=standard, **facts)
            return


def _identities(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """C143, C144: the id in the envelope, which X12 cannot release."""
    used = {one.standard.syntax for one in partner.agreements}
    for standard in sorted(used):
        identity = partner.identities.of(standard)
        if identity is None:
            continue
        for name, element, least, most in _IDENTITIES[standard]:
            value = getattr(identity, name)
            if value is None:
                continue
            path: Path_ = ("identities", standard, name)
            place, setting = text.place(path), f"identities.{standard}.{name}"
            if not least <= len(value) <= most:
                facts: dict[str, Any] = {"element": element, "least": least, "most": most}
                yield problem("C144", place, setting=setting, value=value, size=len(value), **facts)
            bad = unwritable(value, partner.syntax.of(standard))
            if bad is not None:
                facts = {"sign": bad[0], "reason": bad[1], "way": bad[2]}
                yield problem("C143", place, setting=setting, value=value, **facts)


def _hours(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """C154: what goes to a partner of one document leaves one after the other."""
    first: dict[tuple[str, str | None, bool], tuple[Agreement, int]] = {}
    for index, one in enumerate(partner.agreements):
        if one.direction != "outbound":
            continue
        key = (one.document, partner.channel_name(one), one.mode == "test")
        before = first.setdefault(key, (one, index))[0]
        if str(before.send.window) != str(one.send.window):
            place = text.place(("agreements", index, "send", "window"))
            line = text.place(("agreements", first[key][1], "send", "window")).line or 1
            here, there = (each.send.window or "no hours" for each in (one, before))
            facts: dict[str, Any] = {"value": here, "other": there}
            yield problem(
                "C154", place, setting="window", document=one.document, other_line=line, **facts
            )
