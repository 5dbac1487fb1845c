"""One module per command; :mod:`gateway.cli.main` lists them."""
