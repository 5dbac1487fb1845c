"""Problems of the erp layer: F1xx files of the ERP; F13x the layouts that describe them.

Told in the words of the people who keep the files: line, column letter, name of the field.
"""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_row = partial(row, Layer.ERP)

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
        "line {line}, {column}: record type {value} is not known",
        why="The record type tells what the row is.",
        remedy="use one of: {known}",
    ),
    _row(
        "F104",
        "Row without the row it belongs to",
        "line {line}, {column}: a {value} row ({record}) must follow a {parent} row",
        why="The row belongs to the document or record above it.",
        remedy="put the {parent} row before it",
    ),
    _row(
        "F105",
        "Too many columns",
        "line {line}: column {column} holds {value}, but a {record} row ends at column {last}",
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
    _row(
        "F121",
        "Too many decimals",
        "{where} is {value}, which has more than {rule}",
        why="Cutting or rounding would alter the amount.",
        remedy="round {field} where it comes from to {rule}, or set decimals in the layout",
    ),
    _row(
        "F122",
        "Would read back as another text",
        "{where} is {value}, which the file cannot hold as {rule}",
        why="Padding, or a text that stands for nothing, would make another value of it.",
        remedy="change {field}, or pad, empty or line_break of the field in the layout",
    ),
    _row(
        "F123",
        "Sign that the file cannot hold",
        "{field} holds the sign {value}, which cannot stand in this kind of file",
        why="It would end the field or the line; what follows would be read as something else.",
        remedy="remove it, or set quote or line_break in the layout",
    ),
    _row(
        "F124",
        "Not what always stands there",
        "{where} holds {value}; there stands {rule}",
        why="The layout says that the field never holds anything else: the file may be of another "
        "kind.",
        remedy="look whether this is the right file; else change value of {field} in the layout",
    ),
    _row(
        "F125",
        "Not an identifier of GS1",
        "{where} holds {value}, which is not {rule}",
        why="Its check digit shows that a digit is wrong or missing.",
        remedy="write {rule} into {field}",
    ),
    _row(
        "F126",
        "Not one of the words allowed",
        "{where} holds {value}, which is not {rule}",
        why="The layout names all texts that the field may hold.",
        remedy="write {rule}, or add the word to values of {field} in the layout",
    ),
    _row(
        "F127",
        "Altered by a spreadsheet",
        "{where} holds {value}, which a spreadsheet has made a number or a day; there must be "
        "{rule}",
        why="A number loses zeros before it and digits after the fifteenth: which they were cannot "
        "be known.",
        remedy="format the column as text and enter {field} again; or set pad and length in the "
        "layout, if only zeros are missing and all values have the same length",
    ),
    _row(
        "F128",
        "End of the file is missing",
        "line {line}: the file ends without {record}",
        why="That record closes a complete file: the rest may have been lost on the way.",
        remedy="look whether the export was complete, and run it again",
    ),
    _row(
        "F129",
        "Count or sum does not agree",
        "{where} holds {value}, but {what} is {expected}",
        why="The file says itself that something in it is missing or doubled.",
        remedy="look whether the export was complete, and run it again",
    ),
    _row(
        "F140",
        "Title twice",
        "line {line}: column {column} has the title {value}, which column {before} has already",
        why="It is not clear which of the two columns is meant.",
        remedy="rename or remove one of them",
    ),
    _row(
        "F141",
        "Column missing",
        "line {line}: there is no column {value}; there are {there}",
        why="Every document needs it.",
        remedy="add the column, correct its title, or name the title in the layout (column)",
    ),
    _row(
        "F142",
        "Unknown column",
        "line {line}: column {column} has the title {value}, which nothing reads",
        why="It may be a misspelt title, whose values are then missing elsewhere.",
        remedy="correct the title, or add the column to the layout; {hint}",
        severity=Severity.WARNING,
    ),
    _row(
        "F143",
        "Column that may not be there",
        "line {line}: column {column} has the title {value}, which the layout does not know",
        why="The layout says unknown_columns: refuse.",
        remedy="correct the title, or add the column to the layout; {hint}",
    ),
    _row(
        "F144",
        "Rows of one document do not stand together",
        "line {line}, {spot}: the {record} {value} was there before, with another between",
        why="Rows of one document follow each other; these may be two documents with one number.",
        remedy="sort the rows by {value}, or give the second document its own number",
    ),
    _row(
        "F145",
        "Rows of one document disagree",
        "line {line}, {spot}: {field} is {value}, but {before} on line {first}, where this "
        "{record} begins",
        why="The field belongs to the whole document: it has one value only.",
        remedy="write the same into {field} on all rows, or leave it empty after the first",
    ),
    _row(
        "F146",
        "Line of another length",
        "line {line} has {value} characters; it must have {expected}",
        why="In a file of fixed width a missing or surplus sign moves all fields behind it.",
        remedy="look for the sign that is missing or too many, or correct the layout",
    ),
    _row(
        "F147",
        "Another delimiter",
        "line {line}: the titles are delimited by {value}, the layout says {expected}",
        why="The whole line is one cell then, and no column is found.",
        remedy="export the file with {expected}, or set delimiter in the layout",
    ),
    _row(
        "F150",
        "Not an Excel file that can be read",
        "the file cannot be read as Excel: {reason}",
        why="Only files of the kind xlsx are read, without passwords.",
        remedy="open it in Excel and save it as xlsx, without a password",
    ),
    _row(
        "F151",
        "No such sheet",
        "there is no sheet {value}; there are {known}",
        why="The layout says which sheet holds the documents.",
        remedy="rename the sheet, or set sheet in the layout",
    ),
    _row(
        "F152",
        "Cell without a usable value",
        "{where} holds {value}; there must be {rule}",
        why="It is an error, or a formula that was never computed: nothing is computed here.",
        remedy="correct the formula, or paste its value; then save the file in Excel",
    ),
    _row(
        "F154",
        "Merged cells",
        "line {line}: the cells {value} are merged",
        why="Only the first of them has a value; what the others mean is a guess.",
        remedy="split the cells and write the value into each",
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
