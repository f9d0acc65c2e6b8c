"""The five-element formulation: the one form between words and code."""
