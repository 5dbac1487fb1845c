"""Floor 9: the command line, one module per command in :mod:`gateway.cli.commands`."""
