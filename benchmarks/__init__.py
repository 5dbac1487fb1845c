"""Scripts that measure, each printing ratios against a peer in the same run."""
