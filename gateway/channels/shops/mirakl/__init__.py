"""Marketplaces on Mirakl, by the seller API: one operator is one shop."""
