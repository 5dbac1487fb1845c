"""``python -m gateway.grammar.generate``."""

from __future__ import annotations

import sys

from gateway.grammar.generate import main

sys.exit(main(sys.argv[1:]))
