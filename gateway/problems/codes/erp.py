"""Problems of the erp layer: F10x-F12x files of the ERP, F13x the layouts that describe them.

Told in the words of the people who keep the files: line, column letter, name of the field.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(
    code: str,
    title: str,
    sentence: str,
    *,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return Code(
        code=code,
        layer=Layer.ERP,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=severity,
    )


_FILES = (
    _row(
        "F101",
        "Wrong encoding",
        "line {line}, column {column}: the byte {value} is no {encoding}",
        why="The file was saved in another encoding than the layout says; umlauts and accents "
        "would come out wrong.",
        remedy="save the file as {encoding}, or set encoding in the layout",
    ),
    _row(
        "F102",
        "Quote not closed",
        "line {line}, column {column}: the text after the quote has no proper end ({value})",
        why="A cell that starts with a quote ends with one, before the next delimiter; a quote "
        "inside it is doubled.",
        remedy='close the quote, double a quote inside the text (""), or leave quotes out',
    ),
    _row(
        "F103",
        "Unknown record type",
        "line {line}, column A: record type {value} is not known",
        why="The first column tells what the row is.",
        remedy="use one of: {known}",
    ),
    _row(
        "F104",
        "Row without the row it belongs to",
        "line {line}, column A: a {value} row ({record}) must follow a {parent} row",
        why="The row belongs to the document or record above it.",
        remedy="put the {parent} row before it",
    ),
    _row(
        "F105",
        "Too many columns",
        "line {line}: column {column} holds {value}, but a {type} row ({record}) ends at column "
        "{last}",
        why="A surplus column most often means that a text holds the delimiter, which moves all "
        "columns after it.",
        remedy="put the text with the delimiter into quotes, or remove the surplus column",
    ),
    _row(
        "F106",
        "Required field is empty",
        "{where} is empty, and is required",
        why="The document cannot be processed without it.",
        remedy="fill {field}",
    ),
    _row(
        "F107",
        "Not a number",
        "{where} holds {value}, which is not {rule}",
        why="Amounts and quantities must be exact; thousands separators and units are no part of "
        "a number.",
        remedy="write {rule} into {field}",
    ),
    _row(
        "F108",
        "Not a date",
        "{where} holds {value}, which is not {rule}",
        why="A date in another format could be read as another day.",
        remedy="write {rule} into {field}, a day of the calendar",
    ),
    _row(
        "F109",
        "Too long",
        "{where} holds {value}, which is longer than {rule}",
        why="The partner's system would refuse the text or cut it.",
        remedy="shorten {field} to {rule}",
    ),
    _row(
        "F110",
        "Not yes or no",
        "{where} holds {value}, which is not {rule}",
        why="The field has two values only.",
        remedy="write {rule} into {field}",
    ),
    _row(
        "F111",
        "Record missing",
        "{where}: the {parent} has no {record}",
        why="Such a document says nothing.",
        remedy="add at least one {record}",
    ),
    _row(
        "F112",
        "Not JSON",
        "line {line}, column {column}: {expected} was expected, there is {value}",
        why="The structure of the file is unclear from here on.",
        remedy="mend the place shown; the line before it may lack a comma or a quote",
    ),
    _row(
        "F113",
        "Field twice in one object",
        "line {line}, column {column}: {field} stands twice in the same object",
        why="One of the two values would be lost.",
        remedy="keep one of them",
    ),
    _row(
        "F114",
        "Value of another kind",
        "line {line}: {field} is {value}, where {expected} was expected",
        why="The structure of the file is not the one of the layout.",
        remedy="write {expected}",
    ),
    _row(
        "F115",
        "Unknown field",
        "{where}: {record} has no field {field}",
        why="Nothing reads it. It may be a misspelt name, whose value is then missing elsewhere.",
        remedy="correct or remove it, or add it to the layout; {hint}",
        severity=Severity.WARNING,
    ),
    _row(
        "F116",
        "Too much for one file",
        "the file may hold {most} {what}; there are {value}",
        why="A limit protects the machine from files that are broken or hostile.",
        remedy="split the file, or look why it became so large",
    ),
    _row(
        "F117",
        "No document in the file",
        "the file holds no document",
        why="An export that failed often leaves an empty file.",
        remedy="look why the export wrote nothing, and run it again",
    ),
    _row(
        "F118",
        "Record too often",
        "{where}: the {parent} has {value} records {record}, one may stand there",
        why="Only one of them could be used.",
        remedy="keep one of them",
    ),
    _row(
        "F120",
        "Character not in the encoding",
        "{value} cannot be written in {encoding}",
        why="Writing another character for it would alter the text.",
        remedy="set encoding: utf-8 in the layout, or remove the character where it comes from",
    ),
)

_LAYOUTS = (
    _row(
        "F130",
        "The layout is not readable as YAML",
        "the layout is not YAML: {reason}",
        why="Files cannot be read without their layout.",
        remedy="mend the line shown; indentation is by blanks",
    ),
    _row(
        "F131",
        "Unknown setting in a layout",
        "{setting} is not a setting of {owner}",
        why="An unknown setting is most often a misspelt one.",
        remedy="correct or remove it; {hint}",
    ),
    _row(
        "F132",
        "Wrong value in a layout",
        "{setting} is {value}; it must be {expected}",
        why="The layout would not describe the file.",
        remedy="write {expected}",
    ),
    _row(
        "F133",
        "A layout lacks a setting",
        "{owner} has no {setting}",
        why="There is no default that would be right for every file.",
        remedy="add {setting}",
    ),
)

CODES: tuple[Code, ...] = (*_FILES, *_LAYOUTS)
"""F1xx."""
