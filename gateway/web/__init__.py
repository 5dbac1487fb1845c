"""Floor 9: the web port: health, readiness, metrics."""
