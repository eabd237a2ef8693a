"""Words of the desk, and of the line that stands before it."""
