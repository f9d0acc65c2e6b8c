"""The nodes of the graph: one module each, a function of (state, context) that returns a partial state."""
