"""The parts of `check`, one kind of finding each."""
