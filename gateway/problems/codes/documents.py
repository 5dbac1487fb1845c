"""Problems of the documents layer (codes E/V…)."""

from __future__ import annotations

from typing import Any

from gateway.problems.codes.row import Code, Layer, Severity


def _map(code: str, title: str, sentence: str, why: str, remedy: str, **more: Any) -> Code:
    return Code(
        code=code,
        layer=Layer.DOCUMENT,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        **more,
    )


_MAPPED: tuple[Code, ...] = (
    _map(
        "E410",
        "Required field absent",
        "{field} is required: {missing}",
        "The document cannot be processed without it.",
        "The sender must supply it, or the map must stop requiring it ({row}).",
    ),
    _map(
        "E412",
        "More than one",
        "{path} occurs more than once, {field} is one object",
        "Taking the first would silently ignore the other.",
        "The sender must send one, or the map must read a list with `each` ({row}).",
    ),
    _map(
        "E430",
        "Parent unknown",
        "{tag} {ident} names the parent {parent}, which does not exist",
        "Its place in the tree of packages is unknown.",
        "The sender must number the levels so that every parent exists ({row}).",
    ),
    _map(
        "E431",
        "Levels in a circle",
        "{tag} {ident} is below itself, through the parent {parent}",
        "A package cannot contain itself, and no real tree is that deep.",
        "The sender must correct the parent numbers ({row}).",
    ),
    _map(
        "E432",
        "Level number twice",
        "{tag} {ident} exists already in this message",
        "Which of them its children belong to cannot be told.",
        "The sender must number every level differently ({row}).",
    ),
    _map(
        "E433",
        "Level not expected",
        "{tag} {ident} has the level {level}, which the map "
        "does not take below {above}; it has {levels}",
        "What is below it would be lost.",
        "Add the level to the map ({row}), or ask the sender for the agreed structure.",
    ),
    _map(
        "E434",
        "Packages do not hold what their entry says",
        "{tag} {ident} says {whole}, below it are {packages}",
        "How much each package holds cannot be told.",
        "The sender must tell the quantity of every package so that they sum up ({row}).",
    ),
    _map(
        "V501",
        "Value not readable",
        "{path} holds {value}, which is not {expected}",
        "The value cannot become {field}.",
        "The sender must send {expected} ({row}).",
    ),
    _map(
        "V502",
        "Value not writable",
        "{field} is {value}, {path} takes {expected}",
        "Writing something near it would alter the document.",
        "Correct the document, or choose another converter ({row}).",
    ),
    _map(
        "V503",
        "Value too long",
        "{field} is {value}: {path} takes {expected}",
        "Cutting it would alter the document.",
        "Shorten it where it comes from, or write it to another element ({row}).",
    ),
    _map(
        "V504",
        "Control character in a value",
        "{field} holds a control character: {path} takes {expected}",
        "It would break the message apart.",
        "Remove the character where the value comes from ({row}).",
    ),
    _map(
        "V505",
        "No place left",
        "{field} ({value}) finds no place: {path} holds {expected}",
        "All repetitions of the element are taken by other values.",
        "Send fewer identifiers, or write this one to another segment ({row}).",
    ),
    _map(
        "V506",
        "Time not given",
        "{path} takes the time of writing, which was not given",
        "Maps do not look at the clock.",
        "Hand in the time when writing ({row}).",
    ),
    _map(
        "V507",
        "Part of a value not kept",
        "{path} holds {value}; {field} keeps {expected}",
        "What is left out is lost for the documents that follow.",
        "Map it with the converter datetime, or agree that the sender leaves it out ({row}).",
        severity=Severity.WARNING,
    ),
    _map(
        "V511",
        "Not read",
        "{name} holds {value}, which no row of the map reads",
        "Data that nobody reads is lost for the documents that follow.",
        "Add a row for it, or agree with the sender that it has no meaning.",
        severity=Severity.WARNING,
    ),
    _map(
        "V512",
        "Unknown code",
        "{value} at {path} is not {expected}",
        "Another word for it would be a guess.",
        "Add the code to the list of the partner, or have the sender use a known one ({row}).",
    ),
    _map(
        "V513",
        "Not written",
        "{field} holds {value}, which no row of the map writes",
        "The receiver will not see it.",
        "Add a row for it, or agree with the receiver that it has no meaning.",
        severity=Severity.WARNING,
    ),
    _map(
        "V515",
        "Two orders in one package",
        "{path} holds entries of {values}; the orders were written below the package",
        "Most guides want the packages below their order and take no package of two.",
        "Ask the partner whether it takes such packages, or pack each order by itself ({row}).",
        severity=Severity.WARNING,
    ),
    _map(
        "V516",
        "Not in the table",
        "{value} at {path} is not {expected}",
        "Without its number the goods or the partner cannot be told.",
        "Add the line to the table, or have the sender correct the number ({row}).",
    ),
    _map(
        "V517",
        "Several in the table",
        "{value} at {path} does not give {expected}",
        "Taking one of them would be a guess.",
        "Remove the wrong line of the table ({row}).",
    ),
    _map(
        "V519",
        "Function failed",
        "The converter of {path} failed on {value}: expected {expected}",
        "A value that a function cannot take or give is not guessed.",
        "Correct functions.py, and add the value to its examples ({row}).",
    ),
    _map(
        "V520",
        "Check differs",
        "{path} says {value}, {left} is {computed}",
        "The message contradicts itself, or part of it got lost.",
        "The sender must correct it; `on error warn` in the map lets it pass ({row}).",
    ),
)
"""Found by maps while they read and write: E410-E439, V500-V529."""

_BUILT: tuple[Code, ...] = (
    _map(
        "E401",
        "Required field absent from the data",
        "{field} is required",
        "The document cannot be understood or processed without it.",
        "supply {field} where the data comes from, or map it",
    ),
    _map(
        "E402",
        "Unknown field",
        "{field} is no field of this document",
        "An unknown field is most often a misspelt one; dropping it would lose its value.",
        "remove it, or put it under extra as namespace:name; {hint}",
    ),
    _map(
        "E403",
        "Value of the wrong kind",
        "{field} is {value}: {expected}",
        "The value cannot be what the field means.",
        "correct {field}",
    ),
    _map(
        "E404",
        "Inexact number",
        "{field} is {value}, a binary floating-point number",
        "Such a number cannot hold most decimal amounts exactly (0.1 is not 0.1).",
        "hand in a Decimal or a text of digits",
    ),
    _map(
        "E405",
        "Not a number",
        "{field} is {value}, which is no number of at most 18 digits "
        "before and after the decimal point",
        "Amounts and quantities are exact decimal numbers.",
        "write digits with a point as decimal mark, such as 12.50",
    ),
    _map(
        "E406",
        "Not a date",
        "{field} is {value}, which is no date",
        "A date is a day of the calendar, without a time.",
        "write it as 2026-05-17",
    ),
    _map(
        "E407",
        "Unknown word",
        "{field} is {value}; it can be {expected}",
        "What follows depends on this word, so none can be guessed.",
        "use one of the words, or map the partner's code to one of them",
    ),
    _map(
        "E409",
        "Unknown kind of document",
        "there is no document {value}",
        "Only documents with a model can be processed.",
        "use one of {known}",
    ),
)
"""Found when data becomes a document: E401-E409."""

_CHECKED: tuple[Code, ...] = (
    *(
        _map(
            code,
            f"Wrong {name}",
            "{field} is {value}, which is no {name}: {reason}",
            "A digit was mistyped or lost; the identifier names nothing, or something else.",
            "correct {field} in the master data of the sender",
            severity=Severity.WARNING,
        )
        for code, name in (("V530", "GLN"), ("V531", "GTIN"), ("V532", "SSCC"))
    ),
    *(
        _map(
            code,
            f"Not {name}",
            "{field} is {value}, which is not " + name,
            "Other systems know only the codes of the standard.",
            "use " + remedy,
            severity=Severity.WARNING,
        )
        for code, name, remedy in (
            ("V533", "a currency code", "three capital letters of ISO 4217, such as EUR"),
            ("V534", "a country code", "two capital letters of ISO 3166-1, such as DE"),
        )
    ),
    *(
        _map(
            code,
            title,
            "{field} is {value}, but {formula} is {computed} (tolerance {tolerance})",
            "Sums are recomputed and compared, so that a slip is found before it is booked.",
            "correct the amounts, or allow a larger difference in the agreement (totals_within)",
        )
        for code, title in (
            ("V540", "Total differs"),
            ("V541", "Line amount differs"),
            ("V542", "Tax amount differs"),
        )
    ),
    _map(
        "V543",
        "Parts do not add up",
        "the parts of {field} add up to {value}, the line's quantity is {quantity}",
        "Goods would be missing or too many at one of the places.",
        "correct the quantity of the line or of its parts",
    ),
    _map(
        "V544",
        "SSCC twice",
        "{field} is {value}, which {first} is already",
        "An SSCC names one logistic unit; the receiver would book one of the two only.",
        "give every logistic unit its own SSCC",
    ),
    _map(
        "V545",
        "Nothing in the package",
        "{field} is {value}",
        "A packed quantity of nothing is refused by most receivers.",
        "leave the item out, or correct its quantity",
    ),
)
"""Found by checks of a whole document: V530-V549."""

CODES: tuple[Code, ...] = (*_MAPPED, *_BUILT, *_CHECKED)
