"""Shops in the pipeline: hints, looks, taking over, comparing, and what goes back."""
