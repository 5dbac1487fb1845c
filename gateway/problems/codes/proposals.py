"""Proposals (C500-C519): what is still to be decided, and samples that tell too little."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row


def _row(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.WARNING,
) -> Code:
    return row(Layer.CONFIG, code, title, sentence, why=why, remedy=remedy, severity=severity)


CODES: tuple[Code, ...] = (
    _row(
        "C500",
        "There is such a partner already",
        "there is a partner {partner} already; nothing was written",
        "A proposal is written where nothing is, so that no work of a person is lost.",
        "choose another name, or read more samples into it: gateway partner new {partner} --add "
        "--from …",
        Severity.ERROR,
    ),
    _row(
        "C501",
        "Something is still to be decided",
        "to be decided: {what}",
        "A comment # decide: marks what samples cannot tell. It is a comment, so that the file can "
        "be read and tried while it is there.",
        "decide, change the line where it is needed, and remove the comment # decide: …",
    ),
    _row(
        "C502",
        "A partner is live with something still to be decided",
        "{partner} is live, and {count} things in its files are still to be decided; the first: "
        "{what} ({first})",
        "What nobody decided is a guess, and live business must not run on guesses. The partner is "
        "left out until it is decided.",
        "decide them and remove each comment # decide: …, or set mode: test meanwhile",
        Severity.ERROR,
    ),
    _row(
        "C503",
        "A sample cannot be used",
        "{file}: {reason}",
        "A proposal is made from EDIFACT and X12 messages. What is none is left out, and the rest "
        "is read.",
        "ask the partner for the interchange as it is sent, with UNB … UNZ or ISA … IEA",
    ),
    _row(
        "C504",
        "A message that carries no document",
        "{file}: {message} carries none of the documents that are exchanged here",
        "Only messages with a map become documents of the ERP; others can be checked, but not be "
        "processed.",
        "exchanged are: {known}",
    ),
    _row(
        "C505",
        "Neither side of a sample is ours",
        "{file} goes from {sender} to {receiver}, and neither is ours ({ours})",
        "Who we are is in partners/_own.yaml. The sender was taken for the partner; whether that "
        "is so, only a person knows.",
        "set identities.{syntax} in partners/_own.yaml to the one that is us, or give --direction",
    ),
    _row(
        "C506",
        "Samples of several partners",
        "the samples are of several partners: {found}",
        "One folder is one partner. The one who stands in most samples was taken; the others were "
        "left out.",
        "make one partner of each: gateway partner new NAME --from …",
    ),
    _row(
        "C507",
        "The partner of the samples is there already",
        "{identity} in the samples is the partner {other} already; nothing was written",
        "An identity names one partner, or nobody could tell whose message it is.",
        "read the samples into that partner: gateway partner new {other} --add --from …",
        Severity.ERROR,
    ),
    _row(
        "C508",
        "A sample does not fit its own directory",
        "{file}, message {message}: {count} errors against {standard}; the first: {first}",
        "The directory refuses it whatever a guide says, unless the guide tolerates it.",
        "{way}",
    ),
    _row(
        "C509",
        "Samples do not fit the guide that they name",
        "{association} names the guide {guide}, and {count} of {all} samples do not fit it; the "
        "first: {first}",
        "The association code in UNH or GS says which subset the partner means. His messages are "
        "wider, so the proposal is made from the directory alone.",
        "ask the partner, or extend {guide} in the proposed guide and mend what does not fit",
    ),
    _row(
        "C510",
        "Another charset than the header says",
        "{file} says {level}, and holds characters of {codec}",
        "The header names the charset; many programs write it without keeping it.",
        "codec: {codec} was proposed; ask the partner to send what the header says",
    ),
    _row(
        "C511",
        "Too many or too large samples",
        "{what}",
        "A proposal is made from samples, not from an archive.",
        "give some typical files of each message",
        Severity.ERROR,
    ),
    _row(
        "C512",
        "A GLN with a wrong check digit",
        "{file}: the GLN {value} of {role} has a wrong check digit; it would end in {right}",
        "The last digit of a GLN guards against misspelling. A wrong one is most often an invented "
        "number in a sample.",
        "ask the partner for his GLN",
    ),
    _row(
        "C513",
        "Nothing can be proposed",
        "nothing can be proposed from {files}",
        "There is no message in the samples that says who the partner is and what he sends.",
        "gateway show FILE explains what a file holds",
        Severity.ERROR,
    ),
    _row(
        "C514",
        "The envelope of a sample is wrong",
        "{file}, interchange {reference}: {count} errors of the envelope; the first: {first}",
        "Such an interchange is refused as a whole, whatever its messages are like. Its messages "
        "were read all the same, as samples of what they hold.",
        "ask the partner for the file as it is really sent: copies by hand often lose the end",
    ),
)
