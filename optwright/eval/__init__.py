"""Batch evaluation: runs that survive a kill, every published scoring rule, intervals, comparison."""
