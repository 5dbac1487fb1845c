"""Which settings run: what was applied, everywhere and at the same moment."""
