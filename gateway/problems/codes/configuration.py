"""Problems of applying settings: what keeps a configuration from running (P230-P239, A165)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, row


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


_NOT_APPLIED = (
    _row(
        "P230",
        "Settings with errors are not applied",
        "the files have {count} error{s}; what runs is not changed",
        "What is applied runs everywhere, after every restart: it has to be right.",
        "mend what `gateway check` shows, then `gateway apply` again",
    ),
    _row(
        "P231",
        "Broken partner",
        "the settings of {partners} cannot be used; applied like this, nothing would be exchanged "
        "with them any more",
        "A partner whose files are broken is left out of what runs.",
        "mend what `gateway check` shows; or apply all the same: gateway apply --without-broken",
    ),
    _row(
        "P232",
        "Database and archive stay where they are",
        "{setting} is {value} in the files, and {running} is in use",
        "Everything is in there: the messages, the control numbers, and what was applied.",
        "put {running} back; how they are moved: docs/howto/change-what-runs.md",
    ),
    _row(
        "P233",
        "Something secret stands in the settings",
        "{count} line{s} of {file} would be kept without what may be a secret: it could not run "
        "like that",
        "What is applied is kept in the database and runs from there; nothing secret gets into it.",
        "write a reference there, ${{env:NAME}} or ${{file:PATH}}",
    ),
    _row(
        "P234",
        "A process cannot run it",
        "{process} cannot run these settings: {reason}",
        "All processes change together, or none does.",
        "mend it there and apply again; or apply all the same, without that process: --anyway",
    ),
    _row(
        "P235",
        "Somebody else applies",
        "{what}; nothing was changed",
        "Two who apply at the same time would undo each other's changes.",
        "look at `gateway history` and `gateway plan`, then apply again",
    ),
    _row(
        "P237",
        "Files changed meanwhile",
        "the files were changed while they were being applied; nothing was applied",
        "What is applied has to be what was checked.",
        "apply again",
    ),
    _row(
        "P239",
        "Nothing to go back to",
        "{what}",
        "A rollback applies a configuration of the history once more.",
        "`gateway history` lists them",
    ),
)

_NOT_RUNNING = (
    _row(
        "P236",
        "What was applied cannot run",
        "the applied settings {hash} cannot be used: {reason}",
        "They are damaged, or this version of the gateway no longer understands them.",
        "mend it as it says, or go back to what ran before: gateway rollback",
    ),
    _row(
        "P238",
        "Another database than before",
        "what ran here last was applied as number {seq}, of which {database} knows nothing",
        "Without its history the gateway would start with the files, and with empty tables.",
        "put the right address or database back; to begin anew with this one, remove {file}",
    ),
)

_ALARMS = (
    row(
        Layer.ALARM,
        "A165",
        "A process cannot run what was applied",
        "{process} does no work: it cannot run the applied settings, number {seq}: {reason}",
        why="It may not go on with other settings than the rest. Others do its work meanwhile, "
        "where there are any.",
        remedy="mend it there, it tries again by itself; or go back: gateway rollback",
    ),
)

CODES: tuple[Code, ...] = (*_NOT_APPLIED, *_NOT_RUNNING, *_ALARMS)
