"""Floor 5: the files a person writes, read with positions and checked as a whole.

:func:`load_workspace` is the way in; it never raises for what a file says.
"""

from gateway.config.data import data_roots
from gateway.config.load import load_workspace
from gateway.config.models import Agreement, Identity, Own, Partner, Settings
from gateway.config.workspace import Workspace

__all__ = [
    "Agreement",
    "Identity",
    "Own",
    "Partner",
    "Settings",
    "Workspace",
    "data_roots",
    "load_workspace",
]
