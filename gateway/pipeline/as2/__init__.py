"""AS2 at work: receiving and sending in steps that survive a crash between any two of them."""
