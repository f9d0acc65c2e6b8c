"""Optwright: from a decision problem in words to a checked, solved optimisation model."""
