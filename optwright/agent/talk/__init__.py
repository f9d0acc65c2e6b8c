"""The parts of a dialogue: what is said, the versions of the model, how two of them compare, and what is meant."""
