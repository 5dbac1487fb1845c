"""How a server fails us: one error for every protocol, with what went wrong as a problem."""

from __future__ import annotations

from typing import Literal

from gateway.problems import Problem

Trouble = Literal[
    "settings",  # our own settings or secrets do not allow it
    "dns",  # the name of the server is unknown
    "reach",  # nobody answers there, or not in time
    "identity",  # it is not the server it should be (host key, certificate)
    "login",  # it does not let us in
    "lost",  # the connection broke, or the server stopped answering
    "missing",  # a file or folder is not there
    "exists",  # a file is there already
    "denied",  # we may not do that
    "full",  # no room on the server
    "short",  # a file ended before its size
    "changed",  # a file became another one while we worked on it
    "refused",  # anything else the server would not do
    "protocol",  # it answers what no server should
]


class RemoteError(OSError):
    """Something with a server did not work.

    ``unknown``: nobody knows whether the operation was done (the connection broke behind it).
    """

    def __init__(self, trouble: Trouble, problem: Problem, *, unknown: bool = False) -> None:
        super().__init__(problem.sentence)
        self.trouble = trouble
        self.problem = problem
        self.unknown = unknown

    def __str__(self) -> str:
        """The sentence of the problem."""
        return self.problem.sentence
