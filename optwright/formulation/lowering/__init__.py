"""Logic, relations as 0/1, extrema and piecewise lines rewritten in the linear part of the language."""
