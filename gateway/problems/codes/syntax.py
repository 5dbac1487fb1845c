"""Problems of the syntax layer.

S10x what is not readable, S11x characters, S12x segments, S13x ISA, S14x limits, S15x what
cannot be written.
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
    warning: bool = False,
    **answers: str,
) -> Code:
    return Code(
        code=code,
        layer=Layer.SYNTAX,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=Severity.WARNING if warning else Severity.ERROR,
        **answers,
    )


_INTERCHANGE = (
    _row(
        "S101",
        "Data that is no interchange",
        "an interchange must begin here with UNA, UNB or ISA, but there is {found}{hint}",
        why="A header is looked for only at the start of the file, after a complete "
        "interchange, and at the start of a line behind what is none: text inside a message must "
        "never pass for one.",
        remedy="remove what does not belong to the interchange, or send it as a file of its own",
    ),
    _row(
        "S102",
        "Segments between messages",
        "{count} segment(s) from {tag} on stand outside any message{expected}",
        why="Between an interchange header and its trailer there are only groups and messages; "
        "what stands elsewhere would be lost.",
        remedy="put the segments into a message, or close the message before them properly",
        edifact="33",
        ta1="024",
    ),
    _row(
        "S103",
        "Byte order mark before the interchange",
        "the file starts with a UTF-8 byte order mark, so it is read as UTF-8",
        why="EDI has no byte order mark. It is left by editors and by programs that treat the file "
        "as text, which is how service characters and charsets get damaged.",
        remedy="save or send the file as bytes, without byte order mark",
        warning=True,
    ),
    _row(
        "S104",
        "Service characters that cannot be told apart",
        "{header} makes {value} both {role} and {other}",
        why="Each service character must have one meaning only, and be no letter or digit.",
        remedy="the sender must use a different character for each role, such as {right}",
        edifact="22",
        ta1="026",
    ),
    _row(
        "S105",
        "The header of the interchange cannot be read",
        "{header} cannot be read: {reason}",
        why="Without the header neither the service characters nor sender and receiver are known.",
        remedy="the sender must write the header as the standard has it: {right}",
        edifact="22",
        ta1="022",
    ),
    _row(
        "S106",
        "Unknown syntax identifier or version",
        "UNB names the syntax {value}, which is not known; the data is read as {codec}",
        why="The syntax identifier says in which charset the data is written (data elements 0001 "
        "and 0002). Reading it as another one could change letters.",
        remedy="the sender must use one of {known}; or the agreement names a codec",
        edifact="2",
    ),
    _row(
        "S107",
        "Unsupported charset",
        "UNB names the charset {value}, which cannot be read here; the data is read as {codec}",
        why="Charsets in which other bytes than the delimiter itself can look like a delimiter are "
        "not supported.",
        remedy="the sender must use UNOC or UNOW (UTF-8); or the agreement names a codec",
        edifact="46",
    ),
    _row(
        "S108",
        "UNOY without character encoding",
        "UNB says UNOY without data element 0133; the data is read as UTF-8",
        why="UNOY is ISO 10646 in some encoding; only 0133 would say in which.",
        remedy="the sender should write UNOW, or 0133 = 7",
        warning=True,
    ),
    _row(
        "S109",
        "Charset by agreement",
        "UNB says {level} ({declared}); read as {codec}, as the agreement says",
        why="The agreement with the partner overrides the charset that the interchange declares.",
        remedy="nothing to do; better is a sender who declares the charset that is used",
        warning=True,
    ),
)

_CHARACTERS = (
    _row(
        "S110",
        "A byte that is no character of the charset",
        "byte {value} is no character in {codec}{hint}",
        why="The data is not in the charset that was declared or agreed; guessing would change "
        "letters.",
        remedy="the sender must declare the charset that is used, or the agreement names a codec",
        edifact="21",
        ak4="6",
        ak5="5",
    ),
    _row(
        "S111",
        "A control character in the data",
        "there is a control character {value} in the data{hint}",
        why="No charset of EDI holds control characters as data.",
        remedy="the sender must leave it out; if it is a letter in another charset, the agreement "
        "names its codec",
        edifact="21",
        ak4="6",
        ak5="5",
    ),
    _row(
        "S112",
        "Characters outside the level",
        "{count} character(s) are not in {level}: {value}",
        why="The syntax identifier promises fewer characters than are used. They are read without "
        "doubt all the same, and are kept.",
        remedy="the sender should declare {right}",
        warning=True,
        edifact="21",
        ak4="6",
    ),
    _row(
        "S113",
        "A release character that releases nothing special",
        "{count} release character(s) {release} stand before a character that needs none: {value}",
        why="It is read as that character alone. Often a {release} was meant as data, and is lost.",
        remedy="the sender must write {release}{release} for a {release} in the data",
        warning=True,
    ),
    _row(
        "S114",
        "A release character at the end of the data",
        "the file ends with a release character {release}",
        why="A release character belongs to the character after it, which is missing.",
        remedy="the file is cut off, or a {release} in the data was not doubled: send it again",
        edifact="18",
    ),
    _row(
        "S115",
        "Data that looks like UTF-8",
        "UNB or the agreement says {level}, but the data is valid UTF-8: {value} would be {right}",
        why="Text in ISO 8859 is almost never valid UTF-8 by chance. The data is read as declared, "
        "so letters beyond ASCII are probably wrong.",
        remedy="the sender must declare UNOW for UTF-8, or the agreement names the codec utf-8",
        warning=True,
        edifact="21",
    ),
)

_SEGMENTS = (
    _row(
        "S121",
        "Line breaks inside segments",
        "{count} line break(s) stand inside segments and are left out",
        why="Line breaks are no data. Old systems and mail programs wrap lines at 80 columns.",
        remedy="the sender should send line breaks after terminators only, or none",
        warning=True,
    ),
    _row(
        "S122",
        "Empty segments",
        "{count} terminator(s) stand where a segment should begin",
        why="A terminator without a segment holds no data; it is left out and not counted.",
        remedy="the sender should not write empty segments",
        warning=True,
    ),
    _row(
        "S123",
        "The last segment has no terminator",
        "the file ends inside segment {tag}, without the terminator {terminator}",
        why="The file may be cut off.",
        remedy="send it again, with the terminator after the last segment",
        edifact="13",
        ta1="023",
        ak3="8",
        ak5="5",
    ),
    _row(
        "S124",
        "Binary data",
        "{tag} holds binary data, which cannot be kept as text",
        why="Line breaks are left out of segments, but in binary data they would be missing.",
        remedy="exchange binary data as files of their own",
        edifact="15",
        ak3="8",
        ak5="5",
    ),
)

_ISA = (
    _row(
        "S131",
        "ISA elements of the wrong length",
        "ISA has elements that are not as long as they must be: {value}",
        why="ISA is a segment of fixed length (106 characters), and many programs read it by "
        "position. Here it was read by its separators.",
        remedy="the sender must fill every ISA element with blanks to its length",
        warning=True,
        ta1="022",
    ),
    _row(
        "S132",
        "ISA without component separator",
        "ISA16 is missing; {terminator} after ISA15 is taken as the segment terminator",
        why="ISA16 tells the character that separates components. Without it composites stay one "
        "value.",
        remedy="the sender must write ISA16",
        ta1="027",
    ),
    _row(
        "S133",
        "Nothing of an interchange after ISA",
        "after ISA and the terminator {terminator} comes {found}, not GS or TA1",
        why="The segment after ISA confirms that the service characters were read rightly.",
        remedy="the sender must write ISA with its exact length, then GS",
        ta1="022",
    ),
)

_LIMITS = (
    _row(
        "S141",
        "A segment without end",
        "a segment is longer than {limit} bytes",
        why="No real segment is that long: a terminator is missing, or the file is no EDI.",
        remedy="check the file; limits.segment_bytes allows more",
        edifact="18",
        ak5="5",
        ta1="024",
    ),
    _row(
        "S142",
        "A message that is too large",
        "the message is longer than {limit} bytes and was cut there",
        why="Memory is bounded by one message.",
        remedy="the sender must send several messages; limits.message_bytes allows more",
        edifact="18",
        ak5="5",
    ),
    _row(
        "S143",
        "A message with too many segments",
        "the message has more than {limit} segments and was cut there",
        why="The count of UNT has six digits, and memory is bounded by one message.",
        remedy="the sender must send several messages; limits.segments_per_message allows more",
        edifact="18",
        ak5="5",
    ),
)

_WRITING = (
    _row(
        "S151",
        "A service character in the data",
        "{value} separates {role} in this interchange and cannot be written as data",
        why="The syntax has no release character here, so the receiver would split the value.",
        remedy="agree on other service characters, or replace the character in the map",
    ),
    _row(
        "S152",
        "A character that the charset cannot hold",
        "{value} cannot be written in {charset}",
        why="The partner could not read it, or would read something else.",
        remedy="agree on a charset that has it (UNOW is UTF-8), or replace it in the map",
        edifact="21",
        ak4="6",
    ),
    _row(
        "S153",
        "A control character or a lost character in the data",
        "{value} cannot be written as data",
        why="EDI holds no control characters as data, no line breaks either; U+FFFD stands for a "
        "character that was lost before.",
        remedy="split or clean the text in the map or in the system it comes from",
        edifact="21",
        ak4="6",
    ),
    _row(
        "S154",
        "A repetition that the syntax does not have",
        "the element repeats, but {standard} syntax {version} has no repetition here",
        why="Repetitions came with EDIFACT syntax 4 and X12 00402.",
        remedy="write the segment once for each value, or agree on a later syntax version",
    ),
)

CODES: tuple[Code, ...] = (
    *_INTERCHANGE,
    *_CHARACTERS,
    *_SEGMENTS,
    *_ISA,
    *_LIMITS,
    *_WRITING,
)
