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
        ta1="009",
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
        "bring the directory in with `gateway grammar import`, or put "
        "grammars/{standard}/{directory}/{message}.txt into the workspace",
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
    _row(
        "P114",
        "Document replaced before it left",
        "{document} {number} for {partner} was not sent: message {after} takes its place",
        "It still waited for others to leave with them (send: batch) when the ERP sent a new "
        "version of it, or a person had it run again. Only the later one leaves.",
        "nothing",
        severity=Severity.WARNING,
    ),
)

_REFERENCES = (
    _row(
        "P130",
        "References left out",
        "interchange {reference} came after {before}: {missing} not come",
        "Partners count their interchanges. One that is missing may be lost, or on its way.",
        "nothing yet; if it does not come, ask the partner. `gateway numbers` shows what is open",
        severity=Severity.WARNING,
    ),
    _row(
        "P131",
        "Held until the references before it come",
        "interchange {reference} waits: {missing} not come",
        "The documents of this partner have to be processed in their order (references.gap: hold). "
        "It goes on by itself when what is missing has come.",
        "ask the partner for what is missing; when it will never come: gateway numbers close GAP "
        "--reason …",
    ),
    _row(
        "P132",
        "Refused because references were left out",
        "interchange {reference} came after {before}: {missing} not come",
        "The settings of the partner say so (references.gap: reject).",
        "have the sender send what is missing, and then this one again",
        edifact="18",
        ta1="018",
    ),
    _row(
        "P133",
        "Out of order",
        "interchange {reference} came after {last}, and was not seen before",
        "It was overtaken by a later one. Documents that replace each other may now be in the "
        "wrong order.",
        "nothing, unless the order matters",
        severity=Severity.WARNING,
    ),
    _row(
        "P134",
        "Held because it is out of order",
        "interchange {reference} came after {last}, and was not seen before",
        "The settings of the partner say so (references.late: hold).",
        "look whether it still may be processed, then: gateway replay {id} --reason …",
    ),
    _row(
        "P135",
        "Refused because it is out of order",
        "interchange {reference} came after {last}, and was not seen before",
        "The settings of the partner say so (references.late: reject).",
        "have the sender send it again under a new reference",
        edifact="24",
        ta1="018",
    ),
    _row(
        "P136",
        "References begin anew",
        "interchange {reference} came after {last}: too far away to be the next",
        "A leap of more than references.jump numbers is no gap, but another range: the counter of "
        "the partner began again, or he has a new system.",
        "nothing; if he did not change anything, ask him",
        severity=Severity.WARNING,
    ),
    _row(
        "P137",
        "Reference used again, as agreed",
        "interchange {reference} came before with other content, as message {before}",
        "The settings of the partner say that he may do so (references.reuse: accept).",
        "nothing",
        severity=Severity.WARNING,
    ),
    _row(
        "P138",
        "Repeat held",
        "interchange {reference} came before with {content} content, as message {before} on {when}",
        "The settings of the partner say so (references.repeat or references.reuse: hold).",
        "ask the sender what it is; to process it all the same: gateway replay {id} --reason …",
    ),
    _row(
        "P139",
        "Repeat refused",
        "interchange {reference} came before with the same content, as message {before}",
        "The settings of the partner say so (references.repeat: reject).",
        "nothing: the first one was processed",
        edifact="26",
        ta1="025",
    ),
    _row(
        "P140",
        "Group reference used before",
        "group {reference} ({kind}) came before, in message {before} on {when}",
        "Partners number their groups, too. The interchange is new, but this group in it may have "
        "been processed already (references.groups).",
        "have the sender send it again under a new reference, if it is a new one",
        edifact="26",
        ak9="6",
    ),
)

_ANSWERS = (
    _row(
        "P150",
        "Answer that fits several of ours",
        "{partner} answers {reference}; that may be any of the messages {candidates}",
        "The reference was used more than once, and more than one of these still waits for an "
        "answer. Nobody guesses which one was taken and which was not.",
        "ask the partner which one is meant, then: gateway assign {id} MESSAGE --reason …",
    ),
    _row(
        "P151",
        "Answer that contradicts an earlier one",
        "{partner} says {now} for {what} (message {message}), and has said {before}",
        "Only one of the two can be true. Nothing of the second answer was entered.",
        "ask the partner; if this answer is right: gateway assign {id} {message} --reason …",
    ),
    _row(
        "P152",
        "Answer that comes too late",
        "{partner} answers {reference} (message {message}), which was due by {deadline}",
        "The agreement says that late answers are looked at first (acknowledge.late: hold).",
        "look whether it was sent again meanwhile; to let it count: gateway assign {id} "
        "{message} --reason …",
    ),
    _row(
        "P156",
        "No answer that waits",
        "message {id} is no answer that is held",
        "Only an answer that was held (P150, P151, P152) can be entered for a message of ours.",
        "name the number of the held answer: gateway messages state:held",
    ),
    _row(
        "P157",
        "Nothing that can be answered",
        "message {id} is nothing that was sent to {partner}",
        "An answer is about an interchange, an acknowledgement or a document of ours.",
        "name one of the messages that the problem of the answer names",
    ),
    _row(
        "P155",
        "Content refused by the partner",
        "{partner} refused the content of {what} with {codes}: {text}",
        "The message was right as a message, but the partner does not take what it says (APERAK, "
        "824).",
        "correct the document in the ERP and export it again",
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
    _row(
        "P129",
        "No usable guide",
        "guide {guide} of {what} cannot be used",
        "A guide is missing, or `gateway check` reports errors in it.",
        "run `gateway check` and mend the guide, then: gateway replay {id} --reason …",
    ),
)

_POSTING = (
    _row(
        "P160",
        "Status of something the ERP was not given",
        "status {status} is about {named}, which is no message that was delivered to the ERP: "
        "{cause}",
        "A status is entered for the message whose number it names: DOCNUM of the IDoc that the "
        "gateway wrote.",
        "look in the ERP where the IDoc came from; the statuses of other systems do not belong "
        "into this folder (in SAP: the partner agreement for ALEAUD)",
    ),
    _row(
        "P161",
        "Not posted by the ERP",
        "the ERP did not post {what}: status {status}, {cause}",
        "The file reached the ERP, but no document was made of it there. The partner has been told "
        "that we have it, and believes so.",
        "mend the cause in the ERP and post it there again (SAP: transaction BD87, {idoc}); its "
        "next status ends this. If the order cannot be met, agree with {partner}",
    ),
    _row(
        "P162",
        "Status that belongs to something else",
        "status {status} for message {id} ({what}) names {name} {given}; ours is {ours}",
        "The number fits, but what stands beside it does not: another system uses the same "
        "numbers. Entering the status could mark the wrong order as posted.",
        "look in the ERP which system wrote that IDoc, and have its statuses sent there",
    ),
    _row(
        "P163",
        "Posted twice",
        "the ERP posted {what} (message {id}) as {made}, and has posted it as {before} before",
        "Two documents of one order mean two deliveries. The file was taken twice, or was "
        "delivered again.",
        "cancel one of the two in the ERP",
    ),
    _row(
        "P164",
        "Not posted, after it was posted",
        "the ERP says status {status} about {what}, which it has posted: {cause}",
        "An older status that came late, or a second copy that the ERP refused. What is posted "
        "counts.",
        "nothing, if the document is in the ERP",
        severity=Severity.WARNING,
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

CODES: tuple[Code, ...] = (
    *_WHO,
    *_REPEATS,
    *_REFERENCES,
    *_ANSWERS,
    *_OURS,
    *_POSTING,
    *_FAULTS,
    _DAMAGED,
    _POISON,
)
