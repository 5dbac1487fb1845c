"""Proposals tried and written: the files of :mod:`gateway.config.proposal` on the disk.

:mod:`.house` says what a proposal is made with, :mod:`.rehearse` tries it in a workspace beside the
real one, :mod:`.folder` writes all files or none, :mod:`.pattern` makes a partner without samples,
:mod:`.adding` reads more samples into one that is there.
"""
