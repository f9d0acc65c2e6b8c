"""Writing a formulation as a Pyomo program."""
