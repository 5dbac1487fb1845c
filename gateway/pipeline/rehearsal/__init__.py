"""Rehearsals: what a partner would send and our ERP would answer, played before he does.

examples/     documents that mean something: an order, its change, the answers to it
fitting.py    such a document made to fit the partner's guide and maps
envelopes.py  interchanges and acknowledgements as the partner would write them
stage.py      a temporary house with the partner's real settings
scenarios.py  the scripts, and play.py, what runs them
"""
