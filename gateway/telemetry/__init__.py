"""Floor 6: what the house says about itself: log lines, metrics, traces."""
