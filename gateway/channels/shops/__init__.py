"""Web shops and marketplaces: one folder per platform, all behind one contract.

:mod:`.connector` is the contract, :mod:`.session` how a platform is called. What a platform's
folder holds: ``client.py`` (its calls), ``read.py`` (its records → canonical), ``write.py`` (what
goes back), ``hooks.py`` (its webhooks, where it has any).
"""
