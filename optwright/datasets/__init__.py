"""Benchmarks and their gold answers. The agent may not import this package."""
