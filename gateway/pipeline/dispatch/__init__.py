"""Who works on what, and when: lanes, wake-ups, the threads of one process, duties."""
