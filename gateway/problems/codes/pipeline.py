"""Problems of the pipeline layer (codes P…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(code: str, title: str, sentence: str, why: str, remedy: str, **more: object) -> Code:
    return Code(
        code=code,
        layer=Layer.PIPELINE,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        **more,  # type: ignore[arg-type]
    )


_WHO = (
    _row(
        "P101",
        "Unknown sender",
        "the interchange is from {sender}, whom no partner file names",
        "Without a partner there is no agreement, no map and no address for an answer.",
        "add the identity to a partners/<name>/partner.yaml, then: gateway replay {message} "
        "--reason …",
        edifact="23",
        ta1="006",
    ),
    _row(
        "P102",
        "Not addressed to us",
        "the interchange is for {receiver}; we are {ours}",
        "An interchange for somebody else was probably put into the wrong folder or sent to the "
        "wrong address.",
        "have the sender correct the recipient, or add {receiver} to partners/_own.yaml",
        edifact="7",
        ta1="008",
    ),
    _row(
        "P103",
        "Sender does not belong to this folder",
        "the interchange is from {sender} ({partner}) but lay in a folder of {owner}",
        "Whoever may write into one partner's folder must not be able to speak for another.",
        "find out who put the file there; if it is right, move it to a folder of {partner}",
    ),
    _row(
        "P104",
        "No agreement",
        "{message} from {partner} was not agreed; agreed are: {agreed}",
        "What is done with a message is decided per partner, document and direction.",
        "add an inbound agreement for {message} to the partner's file, or have the partner stop "
        "sending it",
        edifact="17",
        ak5="1",
        ak9="1",
    ),
    _row(
        "P105",
        "Another directory than agreed",
        "{message} is written by {found}, agreed is {agreed}",
        "The map is checked against the agreed directory; another one may mean another thing.",
        "have the partner send {agreed}, or change `standard:` of the agreement",
        edifact="14",
        ak5="1",
        ak9="2",
    ),
    _row(
        "P106",
        "No grammar for this message",
        "there is no grammar for {message} {directory}",
        "A message that cannot be checked is not taken over on trust.",
        "put grammars/{standard}/{directory}/{message}.txt into the workspace",
        edifact="15",
        ak5="1",
        ak9="2",
    ),
    _row(
        "P107",
        "Test message under a live agreement",
        "the interchange is marked as a test, the agreement for {message} is live",
        "A test order must not be delivered to the ERP as a real one.",
        "have the partner remove the test indicator, or set `mode: test`",
        edifact="25",
        ak5="1",
        ta1="020",
    ),
    _row(
        "P108",
        "Agreement paused",
        "the agreement for {message} is paused",
        "Nothing is processed under a paused agreement; the message is kept.",
        "if it was paused by command: gateway resume …; if its mode is paused: set `mode: live`, "
        "then: gateway replay {id} --reason …",
    ),
    _row(
        "P109",
        "Live message under a test agreement",
        "the interchange is live, the agreement for {message} is in test",
        "The partner has gone live before we did; the message is kept.",
        "set `mode: live`, then: gateway replay {id} --reason …",
    ),
)

_REPEATS = (
    _row(
        "P110",
        "Repeated interchange",
        "interchange {reference} came before with the same content, as message {before}",
        "A partner who missed our answer sends again: he gets the same answer, and nothing is "
        "processed twice.",
        "nothing",
        severity=Severity.WARNING,
    ),
    _row(
        "P111",
        "Reference used for another content",
        "interchange {reference} came before with other content, as message {before} on {when}",
        "The same reference for two contents means that one of them could be lost as a repeat. "
        "Nothing of the second one is processed.",
        "have the sender send it again under a new reference",
        edifact="26",
        ta1="025",
    ),
    _row(
        "P112",
        "Document sent before",
        "{document} {number} for {partner} was sent before with the same content, as message "
        "{before}",
        "The ERP has exported the document again; sending it again could double it at the partner.",
        "nothing; to send it again on purpose: gateway replay {before} --reason …",
    ),
    _row(
        "P113",
        "New version of a document",
        "{document} {number} for {partner} was sent before with other content, as message {before}",
        "The ERP has changed and exported the document again; both versions are kept and linked.",
        "check that the partner accepts a second version",
        severity=Severity.WARNING,
    ),
)

_OURS = (
    _row(
        "P120",
        "No usable map",
        "there is no map that works for {what}",
        "A map is missing, or `gateway check` reports errors in it.",
        "run `gateway check` and mend the map, then: gateway replay {id} --reason …",
    ),
    _row(
        "P121",
        "Partner of a document unknown",
        "{document} {number} names no partner: {tried}",
        "The partner an ERP document goes to is found by GLN or by customer number.",
        "add the GLN or the customer number to a partner file, or correct it in the ERP",
    ),
    _row(
        "P122",
        "No agreement to send a document",
        "{partner} has no outbound agreement for {document}",
        "Standard, directory and channel of what we send are decided per agreement.",
        "add an outbound agreement for {document} to the partner's file",
    ),
    _row(
        "P123",
        "No folder to send to",
        "{partner} has no channel with a `send` folder for {what}",
        "Something has to be sent and there is nowhere to put it.",
        "add `send: {{folder: …}}` to a channel of the partner",
    ),
    _row(
        "P124",
        "Our own output does not fit its grammar",
        "{message} for {partner} was not sent: {finding}",
        "Everything that leaves is read again by our own grammar first.",
        "correct the data in the ERP, or the map",
    ),
    _row(
        "P125",
        "Refused by the partner",
        "{partner} refused {what} with {codes}: {text}",
        "The partner's acknowledgement says that the message, or its interchange, was not taken.",
        "correct the document in the ERP and export it again",
    ),
    _row(
        "P126",
        "Acknowledgement of something unknown",
        "{partner} acknowledges {reference}, which we did not send",
        "The answer cannot be assigned to anything that left this gateway.",
        "ask the partner what was answered",
        severity=Severity.WARNING,
    ),
    _row(
        "P127",
        "File names no document that is known here",
        "the file holds no document",
        "A file of the ERP has to hold at least one document of the folder's kind.",
        "look why the export is empty",
    ),
    _row(
        "P128",
        "Document of a file unknown",
        "{name} does not say which document it holds; known are {known}",
        "In a folder of the ERP the folder says it; elsewhere the name of the file does.",
        "call the file <document>….csv, or say which document it is",
    ),
)

_FAULTS = (
    _row(
        "P190",
        "Fault of the gateway",
        "the gateway failed while working on this: {failure}",
        "This is a bug, not a fault of the file. Everything is kept and nothing is half done.",
        "report it with the file; after the repair: gateway replay {id} --reason …",
    ),
    _row(
        "P191",
        "Try again later",
        "attempt {attempt} failed: {failure}",
        "A disk, a share or a permission stood in the way. It is tried again by itself.",
        "nothing, unless it stays",
        severity=Severity.WARNING,
    ),
    _row(
        "P192",
        "Given up",
        "given up after {attempts} attempts: {failure}",
        "It failed as often as `retry.attempts` allows.",
        "remove the cause, then: gateway replay {id} --reason …",
    ),
)

_DAMAGED = _row(
    "P193",
    "Archived file damaged",
    "the archived file {sha} no longer has its hash",
    "The bytes on disk are not those that came in; running them again could alter a document.",
    "restore the archive from a backup, then: gateway replay {id} --reason …",
)

_POISON = _row(
    "P194",
    "Process died over it",
    "the process died {times} times while it worked on this",
    "Something in it makes the process end at once, or it was killed from outside each time. It is "
    "set aside so that everything else goes on.",
    "look into the log of the machine (memory?); after the repair: gateway replay {id} --reason …",
)

CODES: tuple[Code, ...] = (*_WHO, *_REPEATS, *_OURS, *_FAULTS, _DAMAGED, _POISON)
