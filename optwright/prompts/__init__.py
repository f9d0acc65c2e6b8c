"""Prompts as text files, and the reading of what comes back."""
