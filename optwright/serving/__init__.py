"""Serving a local model: what can serve it on this machine, starting it, watching it, and ending it without remains."""
