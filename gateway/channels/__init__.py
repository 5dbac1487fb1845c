"""Floor 7: how bytes come and go. One folder per kind of channel."""
