"""Why a message or a receipt goes no further: raised inside the layers, a value outside of them."""

from __future__ import annotations

from gateway.problems import Problem


class RefusedError(Exception):
    """Raised by the readers of one layer, made a finding again where they are called.

    :func:`~gateway.channels.as2.message.open_message`, ``mdn.read_mdn`` and ``explain`` do that.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem
