"""Octopia: the marketplaces of Cdiscount and others, by the seller API.

The vendor publishes no payload that may be passed on, so the names of amounts and addresses are
provisional: they stand in one place (:data:`gateway.channels.shops.octopia.read.NAMES`).
"""
