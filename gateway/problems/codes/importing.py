"""Problems of importing grammars (codes G5…): files of others that become a folder of grammars."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity

_DOUBT = "A table that was half understood would refuse messages that are right."

CODES: tuple[Code, ...] = (
    Code(
        code="G501",
        layer=Layer.CONFIG,
        title="Nothing that can be imported",
        sentence="the file is none of what can be imported: {reason}",
        why="A directory comes as the zip that UNECE publishes, as a SEF file, as the parser "
        "output of SAP transaction WE60, or as an XML schema (XSD).",
        remedy="Download or export it again, as it is, and do not unpack or convert it.",
    ),
    Code(
        code="G502",
        layer=Layer.CONFIG,
        title="Archive damaged",
        sentence="{member} cannot be unpacked: {reason}",
        why="What is in a damaged part of the archive is unknown.",
        remedy="Download the archive again, unless nobody needs this part.",
        severity=Severity.WARNING,
    ),
    Code(
        code="G503",
        layer=Layer.CONFIG,
        title="Archive beyond the limits",
        sentence="the archive is refused: {reason}; the limit is {limit}",
        why="An archive can be made so that unpacking it fills memory. The largest directory "
        "that was ever published stays far below the limits.",
        remedy="Take the archive from the publisher of the standard.",
    ),
    Code(
        code="G504",
        layer=Layer.CONFIG,
        title="Line not understood",
        sentence="{what}: expected {expected}, found {value}",
        why=_DOUBT,
        remedy="Correct the line, or export the file again.",
    ),
    Code(
        code="G505",
        layer=Layer.CONFIG,
        title="Used but not defined",
        sentence="{user} uses {name}, which the file does not define",
        why="Without the definition nobody can say what may stand there.",
        remedy="Import a complete file; check that no part of the archive is missing.",
    ),
    Code(
        code="G506",
        layer=Layer.CONFIG,
        title="Part of the directory missing",
        sentence="the file has no {part}",
        why="Messages need segments, segments need elements; one without the other is no grammar.",
        remedy="Take the complete file, as it was published or exported.",
    ),
    Code(
        code="G507",
        layer=Layer.CONFIG,
        title="Defined twice",
        sentence="{name} is defined as {first!r} and again as {second!r}",
        why="Only one of them can be meant, and the file does not say which.",
        remedy="The first is used. Ask the publisher, or correct the file.",
        severity=Severity.WARNING,
    ),
    Code(
        code="G508",
        layer=Layer.CONFIG,
        title="Grammars are there already",
        sentence="{folder} exists",
        why="Messages of partners are read with what is there; replacing it can change what is "
        "accepted.",
        remedy="Compare with `gateway grammar diff`, then import again with --replace.",
    ),
    Code(
        code="G509",
        layer=Layer.CONFIG,
        title="Message left out",
        sentence="{message} is left out: {reason}",
        why=_DOUBT,
        remedy="The other messages are imported. Correct the file to have this one, too.",
        severity=Severity.WARNING,
    ),
    Code(
        code="G510",
        layer=Layer.CONFIG,
        title="No name for the folder",
        sentence="{value!r} is no name of a directory; letters and digits are",
        why="The name becomes a folder under grammars/, and partners name the directory by it.",
        remedy="Say the name yourself: --name D24A.",
    ),
)
