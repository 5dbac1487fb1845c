"""Problems of the erp layer (codes F2xx): F20x-F22x XML files, F23x grammars, F24x schemas.

Told with line and path (``/Order/OrderLine[2]/LineItem/ID``), as an XML editor shows them.
"""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_row = partial(row, Layer.ERP)

_FILES = (
    _row(
        "F201",
        "No well-formed XML",
        "line {line}, column {column}: {reason}",
        why="From there on nobody can say where an element begins or ends.",
        remedy="mend the file there, or ask the sender for a whole one in the charset that its "
        "first line names",
    ),
    _row(
        "F202",
        "Document type in XML",
        "line {line}: the file declares {value}",
        why="A document type can define entities that fill memory or read files of this machine. "
        "No business document needs one.",
        remedy="leave the DOCTYPE out",
    ),
    _row(
        "F203",
        "Beyond the limits",
        "line {line}: more than {most} {what}",
        why="The limits protect the gateway from files that would fill its memory.",
        remedy="send smaller files; if this one is right, raise the limit",
    ),
    _row(
        "F204",
        "Another document",
        "line {line}: the file is {value}, expected {expected}",
        why="The element around everything says what the document is.",
        remedy="send {expected}, or name the format of these files in the agreement",
    ),
    _row(
        "F205",
        "Unknown element",
        "{where}: {value} is not known here; {hint}",
        why="What nobody knows cannot be taken over, and would be lost.",
        remedy="correct the name or the namespace; if the element is right, put it into the "
        "grammar of the format, or say `unknown warn` there",
    ),
    _row(
        "F206",
        "Text between elements",
        "{where}: the text {value} stands between elements",
        why="Here only elements may stand; the text belongs to none of them.",
        remedy="put the text into an element, or remove it",
    ),
    _row(
        "F207",
        "Element missing",
        "{where} has no {missing}",
        why="The grammar of the format asks for it; an empty element counts as none.",
        remedy="add {missing} with its value",
    ),
    _row(
        "F208",
        "Element too often",
        "{where}: {value}, at most {most}",
        why="Only one can be meant, and the file does not say which.",
        remedy="send it {most} at most",
    ),
    _row(
        "F209",
        "Wrong value",
        "{where}: {value} is not {rule}",
        why="The grammar of the format says what may stand there.",
        remedy="write {rule}",
    ),
    _row(
        "F210",
        "Unknown attribute",
        "{where}: the attribute {value} is not known here; there are {known}",
        why="What nobody knows cannot be taken over.",
        remedy="correct the name, or put the attribute into the grammar of the format",
        severity=Severity.WARNING,
    ),
    _row(
        "F211",
        "Attribute missing",
        "{where} has no attribute {attribute}",
        why="Without it the value does not say what it is: an amount without its currency.",
        remedy="add the attribute {attribute}",
    ),
    _row(
        "F212",
        "Wrong order of elements",
        "{where}: {value} must stand before {before}",
        why="The schema of the format fixes the order; other programs refuse the file.",
        remedy="move {value} before {before}; if the order does not matter, say `order any` in the "
        "grammar of the format",
    ),
    _row(
        "F215",
        "Element read over",
        "{where}: {value} and what is inside is not read (told once per document)",
        why="The place is open for anything (extensions, signatures), or the grammar says "
        "`unknown warn`.",
        remedy="put the element into the grammar of the format if its content is needed",
        severity=Severity.WARNING,
    ),
    _row(
        "F216",
        "Time zone not kept",
        "{where}: of {value} the day {kept} is kept",
        why="A day of a business document is the day of the one who wrote it; the time zone "
        "changes nothing about it.",
        remedy="nothing to do",
        severity=Severity.WARNING,
    ),
    _row(
        "F220",
        "Character that XML cannot hold",
        "{where}: the value has the character {value}",
        why="Control characters have no place in XML, not even escaped (XML 1.0 §2.2).",
        remedy="remove the character where the value comes from",
    ),
    _row(
        "F221",
        "Not one document",
        "{value} documents for a file that holds one {root}",
        why="The root of such a file is the document; several need an element around them.",
        remedy="write each into a file of its own, or say `root List/{root}*` in the grammar of "
        "the format",
    ),
    _row(
        "F222",
        "Attribute without a value",
        "{where}: {attribute} is {value}, but there is no value that it belongs to",
        why="A unit without a quantity, a currency without an amount say nothing; an element of "
        "this type must not be empty.",
        remedy="give the value as well, or leave the attribute out",
        severity=Severity.WARNING,
    ),
)

_GRAMMARS = (
    _row(
        "F230",
        "Line of an XML grammar not understood",
        "{value} is not understood; expected {expected}",
        why="A grammar that is half understood would refuse files that are right.",
        remedy="write {expected}",
    ),
    _row(
        "F231",
        "Not defined in the XML grammar",
        "{user} uses {name}, which the grammar does not define",
        why="Without the definition nobody can say what may stand there.",
        remedy="add a line for {name}, or correct the name",
    ),
)

_SCHEMAS = (
    _row(
        "F240",
        "Schema not readable",
        "the schema cannot be read: {reason}",
        why="Only a whole XML schema says what may stand in the files.",
        remedy="take the schema file as its authors published it",
    ),
    _row(
        "F241",
        "Schema refers to a file that is not taken",
        "the schema refers to {value}, but {reason}",
        why="Files are read only below the folder of the import, and nothing is fetched from the "
        "network.",
        remedy="put all files of the schema into one folder, and name that folder (--within)",
        severity=Severity.WARNING,
    ),
    _row(
        "F242",
        "Not defined in the schema",
        "{name} is used and not defined",
        why="The file that defines it is missing; what refers to it becomes plain text.",
        remedy="import the schema with all its files",
        severity=Severity.WARNING,
    ),
    _row(
        "F243",
        "Part of the schema left out",
        "{what} has no place in a grammar and is left out",
        why="A grammar names each element of a type once, and has elements or text in it.",
        remedy="look at the lines of the grammar; if the files hold it, change them by hand",
        severity=Severity.WARNING,
    ),
    _row(
        "F244",
        "Against the schema",
        "line {line}: {reason}",
        why="The XML schema of the receiver does not allow it.",
        remedy="correct the element, or the schema if it is out of date",
    ),
)

CODES: tuple[Code, ...] = _FILES + _GRAMMARS + _SCHEMAS
