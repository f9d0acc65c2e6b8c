"""The agent: from a problem in words to a checked answer."""
