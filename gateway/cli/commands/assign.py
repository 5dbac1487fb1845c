"""``gateway assign``: say what a held answer of a partner is about."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import FOUND, OK, cannot, json_option, open_running, print_json
from gateway.cli.working import open_gateway, person
from gateway.pipeline import GatewayBusyError
from gateway.pipeline.assign import assign as assign_answer

_BAD = ("refused", "held", "dead")


@click.command(cls=Command)
@click.argument("answer", type=int)
@click.argument("subject", type=int, metavar="MESSAGE")
@click.option("--reason", required=True, help="Why; it stands in the history and in the audit.")
@json_option
@click.pass_obj
def assign(root: Path, answer: int, subject: int, reason: str, as_json: bool) -> None:
    """Enter a held ANSWER of a partner for a MESSAGE of ours.

    An answer is held when it fits several messages of ours, contradicts an earlier answer, or
    comes too late for the agreement; its problem names them. MESSAGE is an interchange or a
    document that was sent to this partner. What the answer says then counts, whatever was said
    before.

    Example:
        gateway messages state:held problem:P150
        gateway assign 23 17 --reason "the partner means the first one"

    """
    if not reason.strip():
        cannot("assigning an answer needs a reason")
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        done = assign_answer(gateway.house, answer, subject, reason, who=person())
        if not isinstance(done, int):
            cannot(f"{done.sentence}; {done.remedy}")
        with suppress(GatewayBusyError):  # the gateway that is serving does it then
            gateway.run_once()
        history = gateway.message(subject)
    state = "" if history is None else history.message.state
    if as_json:
        print_json({"answer": answer, "subject": subject, "row": done, "state": state})
    else:
        click.echo(f"answer {answer} was entered for message {subject}, which is {state} now")
    sys.exit(FOUND if state in _BAD else OK)
