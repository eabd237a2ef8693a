"""What a test begins with: people, events, classes, sessions, and what happened to them."""
