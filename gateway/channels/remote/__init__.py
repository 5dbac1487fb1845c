"""Folders on somebody else's server, whatever protocol leads there.

:mod:`.directory` is what a protocol offers, :mod:`.failure` how it fails. The rest works on these
alone: when a file is finished (:mod:`.ready`), fetching and putting without losing a byte
(:mod:`.fetch`, :mod:`.put`), when a server is looked into (:mod:`.schedule`).
"""
