"""Learning insights from failures: attempts, lessons, a gate on held-out tasks, and the care of what was learned."""
