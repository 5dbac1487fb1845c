"""Problems of the erp layer (codes F3xx): SAP IDocs.

Told in SAP's words: the line of the file, the segment and the field (``E1EDP01-MENGE``).
"""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_row = partial(row, Layer.ERP)

_FILES = (
    _row(
        "F301",
        "Wrong character set in an IDoc file",
        "line {line}, column {column}: the byte {value} is no {encoding}",
        why="The port of SAP writes in another character set than the settings of the format say; "
        "umlauts would come out wrong, and in UTF-8 the columns would move.",
        remedy="set encoding in the settings of the format: utf-8 for a Unicode port (EDI_DC40_U), "
        "iso-8859-1 or the code page of SAP otherwise",
    ),
    _row(
        "F302",
        "No control record",
        "line {line}: {value} stands where a control record (EDI_DC40) starts an IDoc",
        why="Without the control record nobody knows which type and message the segments are of.",
        remedy="let the file start with EDI_DC40; take lines of other programs out",
    ),
    _row(
        "F303",
        "Control record of wrong length",
        "line {line}: the control record has {value} characters, not 524",
        why="Fields stand in fixed columns. Blanks at its end may be cut off; more characters, or "
        "a record cut before MESTYP, come of a wrong character set or of another program.",
        remedy="write EDI_DC40 with 524 characters; check the character set of the port",
    ),
    _row(
        "F304",
        "Data record of wrong length",
        "line {line}: the record has {value} characters; a data record has 63 to 1063",
        why="The first 63 characters say which segment it is and where it belongs, the rest is its "
        "data. A shorter or longer line was cut or joined on the way.",
        remedy="write each segment on a line of its own; transfer the file in binary mode",
    ),
    _row(
        "F305",
        "Characters after the last field",
        "line {line}: {segment} has {value} after its last field {field}, column {column}",
        why="A later release of SAP adds fields at the end of a segment. They are kept, but no map "
        "can read them.",
        remedy="import the parser output (WE60) of your system, so that the fields get names",
        severity=Severity.WARNING,
    ),
    _row(
        "F306",
        "Empty IDoc file",
        "the file holds no IDoc",
        why="An empty file is never a document; most often its writer was stopped.",
        remedy="let SAP write the IDoc again (WE19, BD87)",
    ),
    _row(
        "F307",
        "Too much in one IDoc file",
        "the file holds more than {most} {what} ({value})",
        why="A file larger than any real one would fill the memory.",
        remedy="let SAP write fewer IDocs into one file (package size of the port)",
    ),
    _row(
        "F308",
        "Not well-formed XML",
        "line {line}, column {column}: {reason}",
        why="What is no XML cannot be read as an IDoc.",
        remedy="send the file as SAP's XML port wrote it; transfer it in binary mode",
    ),
    _row(
        "F309",
        "XML with a document type or entities",
        "line {line}: the file holds {value}, which no IDoc has",
        why="Entities can fill the memory or read files of this machine; IDocs need none.",
        remedy="send the XML without <!DOCTYPE …>",
    ),
    _row(
        "F310",
        "XML of another structure",
        "line {line}: {value} stands where {expected} is expected",
        why="IDoc XML is <TYPE><IDOC><EDI_DC40/>segments…</IDOC></TYPE>; a segment holds fields, "
        "then segments.",
        remedy="send the file as SAP's XML port wrote it",
    ),
)

_STRUCTURE = (
    _row(
        "F320",
        "Segment that the type does not have",
        "line {line}: {type} has no segment {segment}; it is kept below {parent}",
        why="A segment of an extension, or of a later release. It is kept in its place, and a map "
        "can read it as {segment}.SDATA; its fields have no names yet.",
        remedy="import the parser output (WE60) of the extension",
        severity=Severity.WARNING,
    ),
    _row(
        "F321",
        "Segment in the wrong place",
        "line {line}: {segment} belongs below {expected}, and none is open here",
        why="A segment belongs to the one above it; read in another place it would belong to "
        "another line or to none.",
        remedy="put {segment} below {expected}",
    ),
    _row(
        "F322",
        "Segments in the wrong order",
        "line {line}: {segment} comes after {before}, but stands before it in {type}",
        why="SAP expects the order of the type. Nothing is lost by reading it.",
        remedy="write the segments in the order of WE60",
        severity=Severity.WARNING,
    ),
    _row(
        "F323",
        "Mandatory segment is missing",
        "line {line}: {parent} has no {segment}, which {type} requires",
        why="SAP refuses an IDoc without it (syntax error, status 56 or 60).",
        remedy="add {segment}",
    ),
    _row(
        "F324",
        "Segment too often",
        "line {line}: {segment} stands {value} times below {parent}; {type} allows {most}",
        why="SAP refuses an IDoc with more (syntax error, status 56 or 60).",
        remedy="leave out what is too much, or use the type of an extension that allows more",
    ),
    _row(
        "F325",
        "Segment numbers with a gap",
        "line {line}: SEGNUM is {value}, {expected} would come next",
        why="A gap may say that lines were lost on the way; filters of ALE leave gaps too.",
        remedy="compare the number of segments with WE02",
        severity=Severity.WARNING,
    ),
    _row(
        "F326",
        "Segment of another IDoc",
        "line {line}: DOCNUM is {value}, that of the control record {expected}",
        why="The line belongs to another IDoc; its own control record is lost.",
        remedy="let SAP write the file again; do not join files by hand",
    ),
    _row(
        "F327",
        "PSGNUM points to another segment",
        "line {line}: PSGNUM of {segment} is {value}, but it stands below {expected}",
        why="The number of the parent and the order of the lines say different things; the order "
        "is followed.",
        remedy="number the segments as they stand: PSGNUM is SEGNUM of the segment above",
        severity=Severity.WARNING,
    ),
    _row(
        "F328",
        "IDoc of another type",
        "line {line}: the IDoc is a {value}, and the format is {expected}",
        why="Columns and segments differ between types; read as another type, values would come "
        "out wrong.",
        remedy="put the file into the folder of its own document, or name {value} in the map",
    ),
)

_VALUES = (
    _row(
        "F330",
        "Not a number",
        "{where} is {value}, which is no number such as 12.50 or 12.50-",
        why="The field holds a number: decimal point, no thousands, the minus behind.",
        remedy="correct {field}",
    ),
    _row(
        "F331",
        "Not a date",
        "{where} is {value}, which is no date like {rule}",
        why="The field holds a date or time.",
        remedy="correct {field}",
    ),
    _row(
        "F332",
        "Value too long for the field",
        "{where} is {value}, but has room for {most} characters",
        why="A longer value would run into the next field; it is not cut off in silence.",
        remedy="shorten it, or let a map put it into a longer field",
    ),
    _row(
        "F333",
        "Value that no IDoc can hold",
        "{where} is {value}: {reason}",
        why="A record is one line of fixed columns in the character set of the port.",
        remedy="take the sign out, or use a Unicode port (encoding: utf-8)",
    ),
    _row(
        "F335",
        "Segment without qualifier is left out",
        "{segment} with {value} has no {field}, so SAP could not tell what it is; it is left out",
        why="The qualifier of a segment says what its values mean. Most often the code list of the "
        "map has no code for the word of the document (see the V512 beside this).",
        remedy="add a row to the code list that the map names, or drop the row from the map",
        severity=Severity.WARNING,
    ),
    _row(
        "F336",
        "Action that SAP does not have",
        "{where} is {value}; actions of SAP have three digits: 000 new, 001 cancelled, 004 changed",
        why="A document that is a copy, a duplicate or a proposal must not become a new order.",
        remedy="settle with the partner what the document is to do; a row of your own in the code "
        "list idoc_function gives it an action",
    ),
    _row(
        "F334",
        "Unknown field",
        "{where}: {segment} has no field {field}; {hint}",
        why="A field of an extension or of a later release; a flat file has no place for it.",
        remedy="import the parser output (WE60) of your system",
    ),
)

_UNITS = (
    _row(
        "F340",
        "Packed quantity differs from the delivered quantity",
        "{where}: item {item} has LFIMG {value} {unit}, its handling units hold {packed}",
        why="A despatch advice must say of every piece in which package it is; which of the two "
        "numbers is right, only the warehouse knows.",
        remedy="correct the packing (VL02N, HUMO) and send the delivery again",
    ),
    _row(
        "F341",
        "Handling units that do not make a tree",
        "{where}: handling unit {value} {reason}",
        why="Every unit is in one other unit at most; otherwise its contents would be told twice "
        "or not at all.",
        remedy="correct the handling units of the delivery",
    ),
    _row(
        "F342",
        "Content without its item",
        "{where}: the handling unit holds item {value}, which the delivery does not have",
        why="The article of a content stands with the item of the delivery (E1EDL24).",
        remedy="send the items of all contents",
    ),
    _row(
        "F344",
        "Several deliveries in one IDoc",
        "{where}: the IDoc has {value} deliveries (E1EDL20), a despatch advice tells of one",
        why="One despatch advice goes to one place; contents of several could not be told apart.",
        remedy="let the output of SAP send one IDoc per delivery",
    ),
    _row(
        "F343",
        "One item number for two articles",
        "{where}: item {value} is {first} and {second}",
        why="POSNR names the item of a delivery; contents of several packages with one number are "
        "one item of one article, batch and order.",
        remedy="give every article, batch and order line a number of its own",
    ),
)

_SETTINGS = (
    _row(
        "F350",
        "Settings of an IDoc format cannot be read",
        "line {line}: {reason}",
        why="The format would not do what its settings say.",
        remedy="write the settings as docs/howto/connect-sap.md shows",
    ),
    _row(
        "F351",
        "Unknown setting of an IDoc format",
        "{name}: {value} is not known; {known}",
        why="A setting that is not known would be without effect.",
        remedy="use one of the known ones",
    ),
    _row(
        "F352",
        "IDoc type that is not there",
        "there is no type {value} below grammars/idoc",
        why="The format says how files of this type are read and written.",
        remedy="import the parser output (WE60): gateway grammar import FILE",
    ),
    _row(
        "F353",
        "Names of segments in flat files not told",
        "the schema does not say how flat files name {count} segments; they will be written as "
        "{value}",
        why="In a flat file each segment has the name of its definition in a release (SEGNAM, "
        "E2EDK01005), which a schema of the XML does not have. SAP refuses a name it does not "
        "know. Reading, and XML, need no such name.",
        remedy="compare with WE31 of your SAP and correct the second word of these lines in "
        "segments.txt, or import the parser output (WE60) instead",
        severity=Severity.WARNING,
    ),
    _row(
        "F360",
        "Status of another form",
        "{where}: {reason}",
        why="A status says which IDoc it is about (DOCNUM or ARCKEY) and what became of it.",
        remedy="send ALEAUD01 (RBDSTATE), SYSTAT01 or a file of EDI_DS40 records",
    ),
)

CODES: tuple[Code, ...] = (*_FILES, *_STRUCTURE, *_VALUES, *_UNITS, *_SETTINGS)
