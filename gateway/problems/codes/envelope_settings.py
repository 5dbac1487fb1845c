"""Problems of how interchanges are to be written (C140 to C159), and of writing them (P165-P169).

The settings are those of ``syntax`` and ``send``, of a partner and of his agreements.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row


def _row(
    code: str,
    title: str,
    sentence: str,
    *,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return row(Layer.CONFIG, code, title, sentence, why=why, remedy=remedy, severity=severity)


_SETTINGS = (
    _row(
        "C140",
        "An element of another syntax version",
        "{setting}: {element} is there from syntax version {needed} on, and version is {version}",
        why="A reader of that version does not know the element, and refuses the interchange.",
        remedy="take {setting} out, or agree on version {needed} with the partner",
    ),
    _row(
        "C141",
        "A setting that does nothing",
        "{setting} does nothing: {why}",
        why="Whoever wrote it believes that it does something.",
        remedy="take it out, or {way}",
    ),
    _row(
        "C142",
        "Two separators are the same sign",
        "delimiters: {one} and {other} are both {sign}",
        why="Nobody can tell what such a sign separates, so nothing that is written could be read.",
        remedy="choose another sign for one of the two",
    ),
    _row(
        "C143",
        "A sign that the envelope cannot hold",
        "{setting}: {value!r} holds {sign}, {reason}",
        why="It stands in every interchange to the partner, so no interchange could be written.",
        remedy="write {setting} without it, or {way}",
    ),
    _row(
        "C144",
        "A value that does not fit its element",
        "{setting}: {value!r} has {size} characters, and {element} holds {least} to {most}",
        why="The elements of an envelope have fixed lengths; a value is never cut.",
        remedy="ask the partner for the value that fits {element}",
    ),
    _row(
        "C145",
        "A password that everyone can read",
        "{setting}: with the qualifier BB this is a password, and it is written here",
        why="Settings are read by many, kept in version control and in every snapshot.",
        remedy="keep it elsewhere, and write ${{env:NAME}} or ${{file:PATH}}",
    ),
    _row(
        "C146",
        "GS08 names another release than the standard",
        "{setting}: GS08 would be {value}, and the messages are written as {standard}",
        why="GS08 tells the partner's program which release to read them with. It may be what he "
        "asks for, but mostly it is a slip.",
        remedy="leave {setting} out, so that GS08 follows the standard, or let it begin with "
        "{directory}",
        severity=Severity.WARNING,
    ),
    _row(
        "C147",
        "A charset that this syntax version does not have",
        "{setting}: syntax version {version} has no level {level}; it is there from {needed} on",
        why="Many programs take it all the same; some refuse the interchange.",
        remedy="ask the partner, or take UNOC, or version {needed}",
        severity=Severity.WARNING,
    ),
    _row(
        "C148",
        "A charset that cannot be written",
        "{setting}: {value} cannot be used: {reason}",
        why="Without a codec no character becomes a byte.",
        remedy="name one like iso8859-1, cp1252 or utf-8 in codec",
    ),
    _row(
        "C149",
        "A table of characters that cannot be used",
        "{setting}: {file} cannot be used: {reason}",
        why="Without it nobody knows what is written for a character that the charset does not "
        "hold, and nothing leaves.",
        remedy="write the file, or take one of: {known}{hint}",
    ),
    _row(
        "C150",
        "One counter with two ranges",
        "{setting}: {counter} is {value} here and {other} in {other_file} line {other_line}",
        why="Both places number with the same counter. Whatever it does, one of the two gets "
        "numbers that it was not promised.",
        remedy="write the same in both places, or give each a counter of its own (per: agreement)",
    ),
    _row(
        "C151",
        "Two counters use the same numbers",
        "{setting}: {value} of {counter} and {other} of {other_counter} ({other_file} line "
        "{other_line}) overlap",
        why="A partner refuses a control number that came before, whatever counted it.",
        remedy="give each a range (first, last) that the other does not touch",
    ),
    _row(
        "C152",
        "Numbers that do not fit their width",
        "{setting}: {value} does not fit {element}: {reason}",
        why="A number that is cut or too long is another number, or refused.",
        remedy="{way}",
    ),
    _row(
        "C153",
        "Test and live look the same",
        "{setting}: {reason}",
        why="The partner's program tells by the identity or by the indicator what is a test. "
        "What it takes for live is delivered and paid.",
        remedy="{way}",
        severity=Severity.WARNING,
    ),
    _row(
        "C154",
        "Two agreements that leave together have other hours",
        "{setting}: {value} here and {other} in line {other_line}, and both send {document}",
        why="What goes to a partner of one document leaves one after the other.",
        remedy="write the same hours in both",
    ),
)

_WRITING = (
    row(
        Layer.PIPELINE,
        "P165",
        "A value was written with other characters",
        "{before!r} was written as {after!r}: {charset} does not hold all of its characters",
        why="The partner agreed on a charset that does not hold them, and on a table that says "
        "what is written instead. Every such change is told.",
        remedy="nothing, if the value may be written so; else agree on UNOC, UNOW or another "
        "charset with the partner",
        severity=Severity.WARNING,
    ),
    row(
        Layer.PIPELINE,
        "P166",
        "Small letters were written as capitals",
        "{count} values were written in capitals: {charset} has no small letters",
        why="UNOA and the basic set of X12 have capitals only, and the agreement says that small "
        "letters become capitals.",
        remedy="nothing, if that is what was agreed",
        severity=Severity.WARNING,
    ),
    row(
        Layer.PIPELINE,
        "P167",
        "Further values were written with other characters",
        "{count} further values were written with characters that {charset} holds",
        why="Only the first ones are told one by one.",
        remedy="nothing, if the values may be written so",
        severity=Severity.WARNING,
    ),
    row(
        Layer.PIPELINE,
        "P168",
        "The number of a document does not fit the envelope",
        "the number {value!r} is longer than {most} characters, and UNH 0068 is to hold it",
        why="access_reference: number puts the number of the document into the header of its "
        "message. It is never cut.",
        remedy="give the document a shorter number, or set access_reference to none",
    ),
    row(
        Layer.PIPELINE,
        "P169",
        "A batch that nobody may send any more",
        "{count} documents were collected for {partner} ({document}), and {reason}",
        why="They were collected under an agreement that has changed since. Nothing is lost: they "
        "wait, and are looked at every minute.",
        remedy="{way}",
        severity=Severity.WARNING,
    ),
)

_ALARMS = (
    row(
        Layer.ALARM,
        "A162",
        "Documents that wait cannot leave",
        "{count} documents ({document}) for {partner} wait and cannot leave: {reason}",
        why="They are read, checked and stored, and leave by themselves when what keeps them is "
        "over. The other documents of their files have left.",
        remedy="mend what is said there; what is not to leave like this any more is run again "
        "with the settings of now: gateway replay NUMBER --reason …",
    ),
)

CODES: tuple[Code, ...] = (*_SETTINGS, *_WRITING, *_ALARMS)
