"""Problems of the alarm layer (codes A1…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer


def _row(code: str, title: str, sentence: str, why: str, remedy: str) -> Code:
    return Code(
        code=code, layer=Layer.ALARM, title=title, sentence=sentence, why=why, remedy=remedy
    )


_UNANSWERED = (
    "A partner's system that takes a file and never answers has often not processed it. The "
    "agreement says how long an answer may take (acknowledge.within)."
)
_HELD = (
    "What is held is not refused: nobody was told, nothing was delivered, and it stays so until "
    "somebody here mends the cause and replays it."
)
_GIVEN_UP = (
    "After the last attempt nothing is tried any more, and nothing happens by itself. What was "
    "to be delivered is stored and can be delivered."
)

CODES: tuple[Code, ...] = (
    _row(
        "A101",
        "No acknowledgement in time",
        "{partner} has not acknowledged interchange {reference} ({document}); an answer was due "
        "by {deadline}",
        _UNANSWERED,
        "ask {partner} whether the interchange arrived (gateway message {id}); send the same "
        "bytes once more with: gateway replay {id} --reason …",
    ),
    _row(
        "A102",
        "Many acknowledgements are overdue",
        "{partner} has not acknowledged {count} interchanges ({cause}) in time; the first is "
        "message {first}",
        _UNANSWERED + " When many are late, it is rarely the fault of one of them, so they are "
        "one alarm.",
        "ask {partner} whether anything arrives, and whether their acknowledgements leave; "
        "gateway messages partner:{partner} state:delivered",
    ),
    _row(
        "A103",
        "A partner is silent",
        "no {document} came from {partner} on {day}, although one is expected by {by} ({zone})",
        "An order that never comes makes no error anywhere. Only what was agreed to be expected "
        "(expect: in the agreement) can tell that something is missing.",
        "ask {partner} whether there was nothing to send; look whether files arrive at all: "
        "gateway messages partner:{partner}",
    ),
    _row(
        "A104",
        "A message is held",
        "{what} is held: {cause}",
        _HELD,
        "gateway message {id} shows the cause; when it is mended: gateway replay {id} --reason …",
    ),
    _row(
        "A105",
        "Many messages are held",
        "{count} messages of {partner} are held ({cause}); the first is message {first}",
        _HELD + " Many with the same cause are one alarm.",
        "gateway message {first} shows the cause; gateway messages state:held lists them; when it "
        "is mended, replay them",
    ),
    _row(
        "A106",
        "A message was given up",
        "{what} was given up: {cause}",
        _GIVEN_UP,
        "mend what the last attempt failed on, then: gateway replay {id} --reason …",
    ),
    _row(
        "A107",
        "Many messages were given up",
        "{count} messages of {partner} were given up ({cause}); the first is message {first}",
        _GIVEN_UP + " Many with the same cause are one alarm.",
        "gateway message {first} shows what the last attempt failed on; gateway messages "
        "state:dead lists them; when it is mended, replay them",
    ),
    _row(
        "A108",
        "A periodic duty fails",
        "the duty {duty} failed when it was done last: {failure}",
        "Duties watch, tidy up and compare in the background. Documents go on without them, but "
        "what they would have found is not found.",
        "the log has the details; the duty is tried again at its next time",
    ),
    _row(
        "A109",
        "Notices of alarms do not get out",
        "alarms cannot be told by {outlet}: {how}",
        "Somebody relies on being told. While that does not work, silence does not mean that all "
        "is well.",
        "look into the log for the answer of the server and correct alarms.{setting} in "
        "gateway.yaml; gateway alarms lists what is open",
    ),
    _row(
        "A110",
        "A test of the notices",
        "nothing is wrong: this only tests whether notices of alarms reach you",
        "Whether a notice arrives is better known before one is needed.",
        "nothing; who should be told of alarms and did not get this is missing in gateway.yaml, "
        "under alarms",
    ),
    _row(
        "A111",
        "References of a partner are missing",
        "{partner} has left out {missing} of {scope}, since {since}",
        "Partners count their interchanges. One that does not come was lost on its way, or was "
        "never meant to come; nothing else tells the difference.",
        "ask {partner} for what is missing; when it will never come: gateway numbers close {gap} "
        "--reason …",
    ),
    _row(
        "A112",
        "A partner refused what we sent",
        "{partner} refused {what}: {cause}",
        "What the partner refused he does not have. It stays so until the document is corrected "
        "and sent again.",
        "gateway message {id} shows the answer; correct the document in the ERP and export it "
        "again",
    ),
    _row(
        "A113",
        "The ERP did not post what it was given",
        "the ERP did not post {what}: {cause}",
        "The partner was told that we have it, but nobody will deliver it: in the ERP there is no "
        "document.",
        "mend the cause in the ERP and post it there again (SAP: transaction BD87); gateway "
        "message {id} shows all that the ERP said",
    ),
)
