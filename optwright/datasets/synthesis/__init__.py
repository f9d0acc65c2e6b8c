"""Verified synthetic problems: a formulation first, then words for it, kept when the words lead back to it."""
