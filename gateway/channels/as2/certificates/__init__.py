"""Certificates and keys of both sides: read, matched, trusted, made, told by telephone.

Everything here works on bytes and values: who reads the files, and when, is
:mod:`gateway.pipeline.as2.links`.
"""
