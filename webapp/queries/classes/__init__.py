"""Programs, classes, their sessions, people, roll-call, and the morning on which they begin."""
