"""What should run, what ran, and what came of it."""
