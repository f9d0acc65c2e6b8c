"""Typed edits of a formulation."""
