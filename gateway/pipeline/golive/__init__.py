"""From test to live: what is demanded before (:mod:`.gate`), and the step itself (:mod:`.flip`)."""
