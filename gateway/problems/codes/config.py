"""Problems of the config layer: C1xx a setting, C2xx a file it names, C3xx two that collide."""

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
        layer=Layer.CONFIG,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=severity,
    )


_SETTINGS = (
    _row(
        "C100",
        "A setting has a value of the wrong form",
        "{setting}: {value} cannot be used",
        why="Every setting has a type. YAML values are kept as the text that was written, so what "
        "is shown is exactly what the file holds.",
        remedy="{rule}",
    ),
    _row(
        "C101",
        "Unknown setting",
        "{setting} is not a setting of {owner}",
        why="An unknown setting is most often a misspelt one. Ignoring it would leave the default "
        "in force without anyone noticing.",
        remedy="{owner} knows: {known}{hint}",
    ),
    _row(
        "C102",
        "Unknown value",
        "{setting}: {value} is none of the values it can have",
        why="The setting has a closed list of values.",
        remedy="one of: {known}{hint}",
    ),
    _row(
        "C103",
        "A required setting is missing",
        "{owner} has no {setting}",
        why="There is no default that would be right for everyone.",
        remedy="add {setting}: {about}",
    ),
    _row(
        "C104",
        "The file is not readable as YAML",
        "the file is not YAML: {reason}",
        why="Nothing in the file can be trusted when its structure is unclear.",
        remedy="{way}",
    ),
    _row(
        "C105",
        "The same setting is written twice",
        "{setting} is written twice in the same place, first in line {first}",
        why="YAML would silently keep the last one.",
        remedy="keep one of the two",
    ),
    _row(
        "C106",
        "The file uses a part of YAML that settings do not need",
        "{what}",
        why="Tags, huge files, deep nesting and aliases that multiply themselves have no use in "
        "settings and can exhaust the machine that reads them.",
        remedy="{way}",
    ),
    _row(
        "C107",
        "A settings file is missing",
        "{wanted} does not exist",
        why="The gateway needs gateway.yaml and partners/_own.yaml, and each partner folder its "
        "partner.yaml.",
        remedy="{way}",
    ),
    _row(
        "C108",
        "A settings file cannot be read",
        "{wanted} cannot be read: {reason}",
        why="The file is there, but its rights or its encoding keep it from being read.",
        remedy="make the file readable for the user who runs the gateway, and save it as UTF-8",
    ),
    _row(
        "C110",
        "A partner has another name than its folder",
        "partner: {value} lies in the folder {folder}",
        why="The name of the folder is the name used in logs, filters and file names; two names "
        "for one partner would be confusing.",
        remedy="write partner: {folder}, or rename the folder",
    ),
    _row(
        "C111",
        "An agreement names a channel that is not there",
        "channel {value} is not defined for {partner}",
        why="The agreement could neither receive nor send.",
        remedy="define it under channels, or use one of: {known}{hint}",
    ),
    _row(
        "C112",
        "The channel of an agreement cannot do what it is needed for",
        "channel {channel} has no {needed}, but {document} {direction} needs it",
        why="An inbound agreement receives and answers; an outbound agreement sends.",
        remedy="add {needed} with a folder to channels.{channel}",
    ),
    _row(
        "C113",
        "An identity that an agreement needs is missing",
        "{owner} has no identities.{needed}, but {document} {direction} of {partner} is {standard}",
        why="The envelope (UNB, ISA) must name both sides.",
        remedy="add identities.{needed} with id and qualifier to {file}",
    ),
    _row(
        "C114",
        "An acknowledgement does not belong to the standard",
        "acknowledge.syntax: {value} cannot answer {standard}",
        why="CONTRL answers EDIFACT; 997, 999 and TA1 answer X12.",
        remedy="write {right} or none",
    ),
    _row(
        "C115",
        "An option of acknowledgements does nothing here",
        "acknowledge.{setting} does nothing for {document} {direction}: {why}",
        why="Whoever writes an option expects it to do something.",
        remedy="leave {setting} out, or write it where it belongs",
    ),
    _row(
        "C116",
        "Two options of acknowledgements contradict each other",
        "acknowledge.{setting} does not go with {other}: {why}",
        why="Only one of the two can be what was agreed.",
        remedy="change {setting} or {other} under acknowledge",
    ),
    _row(
        "C117",
        "A business answer does not belong to the standard",
        "acknowledge.business: {value} cannot answer {standard}",
        why="APERAK answers EDIFACT, 824 answers X12.",
        remedy="write {right} or none",
    ),
    _row(
        "C118",
        "The directory has no business answer",
        "acknowledge.business: {value} is no message of directory {directory}",
        why="A business answer is written in the directory of what it answers, and checked by its "
        "grammar before it leaves. Old directories have none.",
        remedy="write none, or put {wanted} into the workspace",
    ),
    _row(
        "C119",
        "Agreements ask for different answers to one interchange",
        "acknowledge.{setting} is {value} here, and {other} in the agreement of line {other_line}",
        why="An interchange may carry messages of both agreements, and gets one answer.",
        remedy="write the same {setting} in all inbound agreements of this standard",
    ),
)

_FILES = (
    _row(
        "C201",
        "A file that the settings name does not exist",
        "{setting}: there is no file {value}",
        why="The settings name a map, an overlay or a code list that was not found where they say.",
        remedy="create it, or name a file that exists; looked in: {tried}{hint}",
    ),
    _row(
        "C202",
        "There is no grammar for the standard",
        "standard: {value}: there is no grammar for {standard} directory {directory}",
        why="Without the grammar of the directory no message can be checked.",
        remedy="use another: {known} (`gateway grammar list` shows all), or bring it in with "
        "`gateway grammar import`{hint}",
    ),
    _row(
        "C203",
        "The directory has no such message",
        "standard: {value}: {directory} has no grammar for {message}",
        why="The document of the agreement is a message that the directory does not define here.",
        remedy="use another directory (`gateway grammar list {message}`), or bring the grammar in "
        "with `gateway grammar import`",
    ),
    _row(
        "C204",
        "There is no map",
        "there is no map between {document} and {format}",
        why="Without a map the document can be neither read nor written.",
        remedy="write mappings/{wanted}, or name one with mapping:",
    ),
    _row(
        "C205",
        "A map does not compile",
        "the map {value} of {document} {direction} has {count}",
        why="A map is checked against both sides before anything runs; what it does not compile "
        "for is not sent or received.",
        remedy="mend the problems of the map that are listed with it",
    ),
    _row(
        "C206",
        "There is no map for a format of the ERP",
        "format {value}: there is no map {wanted}",
        why="A format of the ERP is a folder of maps below mappings/; it serves the documents that "
        "it has a map of.",
        remedy="use one of {known}, or write {wanted}",
    ),
)

_COLLISIONS = (
    _row(
        "C301",
        "Two partners have the same identity",
        "{partner} claims {identity}, and so does {other} in {other_file} line {other_line}",
        why="An interchange from this identity could belong to either; the gateway does not guess, "
        "so neither receives anything under it until it is clear.",
        remedy="give one of them another id or qualifier, or join the two folders",
    ),
    _row(
        "C302",
        "The same agreement is written twice",
        "{document} {direction} in {standard} is already agreed in line {other_line}",
        why="Two agreements for the same document, direction and standard contradict each other.",
        remedy="keep one of the two",
    ),
    _row(
        "C303",
        "Two channels use the same folder",
        "{setting}: {value} is also used by {other} in {other_file} line {other_line}",
        why="A file in it would belong to both.",
        remedy="give each channel a folder of its own",
    ),
    _row(
        "C304",
        "A partner has our own identity",
        "{partner} claims {identity}, which is ours in {other_file} line {other_line}",
        why="Sender and receiver of an interchange must be different.",
        remedy="write the partner's identity, not ours",
    ),
)

CODES: tuple[Code, ...] = (*_SETTINGS, *_FILES, *_COLLISIONS)
