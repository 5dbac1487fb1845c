"""Problems of the element layer (codes G2…): what stands inside a segment.

``{what}`` is the element or component: ``element 2 (1004)``, ``component 1.3 (3055)``. AK4 is data
element 723 (data element syntax error), EDIFACT data element 0085.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(code: str, title: str, sentence: str, why: str, remedy: str, *acks: str) -> Code:
    edifact, ak4, *ik4 = acks
    return Code(
        code=code,
        layer=Layer.ELEMENT,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=Severity.ERROR,
        edifact=edifact,
        ak3="8",
        ak4=ak4,
        ik4=ik4[0] if ik4 else None,
        ak5="5",
    )


CODES: tuple[Code, ...] = (
    _row(
        "G201",
        "Mandatory element missing",
        "{tag} has no {what}, which is mandatory",
        "The segment cannot be understood without it.",
        "Fill {what}: {expected}.",
        *("13", "1"),
    ),
    _row(
        "G202",
        "Mandatory component missing",
        "{tag} has no {what}, which is mandatory when the composite is used",
        "The composite cannot be understood without it.",
        "Fill {what}: {expected}; or leave the whole composite out.",
        *("13", "1"),
    ),
    _row(
        "G203",
        "Too many elements",
        "{tag} has {count} elements, at most {limit} are defined",
        "Data without a definition would be lost.",
        "Remove the elements from {position} on; look for a separator that is not released.",
        *("16", "3"),
    ),
    _row(
        "G204",
        "Too many components",
        "{tag} {what} has {count} components, at most {limit} are defined",
        "Data without a definition would be lost.",
        "Remove the components from {position} on; look for a separator that is not released.",
        *("16", "3", "13"),
    ),
    _row(
        "G205",
        "Element repeated too often",
        "{tag} {what} is repeated {count} times, at most {limit} are allowed",
        "Data without a place would be lost.",
        "Send at most {limit}; look for a repetition separator that is not released.",
        *("35", "3", "12"),
    ),
    _row(
        "G206",
        "Value too long",
        "{tag} {what} {value!r} is {count} long, at most {limit} is allowed",
        "Longer values are cut or refused further on.",
        "Shorten it to {limit}.",
        *("39", "5"),
    ),
    _row(
        "G207",
        "Value too short",
        "{tag} {what} {value!r} is {count} long, at least {limit} is required",
        "A value of this kind is never that short; something is cut or not padded.",
        "Send at least {limit}.",
        *("40", "4"),
    ),
    _row(
        "G208",
        "Not numeric",
        "{tag} {what} {value!r} is not a number",
        "Amounts and quantities must be readable without a guess.",
        "Send {expected}: digits, no blanks, no separators of thousands.",
        *("37", "6"),
    ),
    _row(
        "G209",
        "Not alphabetic",
        "{tag} {what} {value!r} holds digits, but is alphabetic",
        "The directory allows no digits here.",
        "Send {expected} without digits.",
        *("37", "6"),
    ),
    _row(
        "G210",
        "Bad decimal notation",
        "{tag} {what} {value!r} has a decimal mark that does not stand between digits",
        "It is unclear whether digits are missing.",
        "Write digits after the decimal mark, and one mark only.",
        *("19", "6"),
    ),
    _row(
        "G211",
        "No digit before the decimal mark",
        "{tag} {what} {value!r} has no digit before the decimal mark",
        "ISO 9735 requires a digit there.",
        "Write a leading zero.",
        *("38", "6"),
    ),
    _row(
        "G212",
        "Code not in the list",
        "{tag} {what} {value!r} is not in the code list of {number} in {directory}",
        "A code that the receiver does not know has no meaning for it.",
        "Use a code of the list{hint}; or agree on it and set unknown_codes for this partner.",
        *("12", "7"),
    ),
    _row(
        "G213",
        "Not a date",
        "{tag} {what} {value!r} is not a date",
        "Dates must be readable without a guess.",
        "Send {expected} with a month of 01 to 12 and a day that the month has.",
        *("12", "8"),
    ),
    _row(
        "G214",
        "Not a time",
        "{tag} {what} {value!r} is not a time",
        "Times must be readable without a guess.",
        "Send HHMM, HHMMSS, HHMMSSD or HHMMSSDD.",
        *("12", "9"),
    ),
    _row(
        "G215",
        "Element required by another",
        "{tag} has no {what}: note {note} ({present} is there)",
        "The elements only make sense together.",
        "{expected}.",
        *("48", "2"),
    ),
    _row(
        "G216",
        "Elements exclude each other",
        "{tag} has {what} beside {present}: note {note} allows one of them",
        "It would be unclear which of them counts.",
        "{expected}.",
        *("48", "10"),
    ),
    _row(
        "G218",
        "Date in another format",
        "{tag} {what} {value!r} is not a date in format {format} ({expected})",
        "Read in the format that is named, it is another day, or none.",
        "Send {expected}, or name the format that the value has; or set checks.date_formats.",
        *("12", "8"),
    ),
    _row(
        "G219",
        "Time in another format",
        "{tag} {what} {value!r} is not a time in format {format} ({expected})",
        "Read in the format that is named, it is another time, or none.",
        "Send {expected}, or name the format that the value has; or set checks.date_formats.",
        *("12", "9"),
    ),
    Code(
        code="G217",
        layer=Layer.ELEMENT,
        title="Trailing separators",
        sentence="{tag} has separators behind its last value",
        why="Syntax version 4 has trailing separators left out; some receivers refuse them.",
        remedy="End the segment, or the composite, behind its last value.",
        severity=Severity.WARNING,
        edifact="45",
        ak3="8",
        ak4="3",
        ak5="5",
    ),
)
