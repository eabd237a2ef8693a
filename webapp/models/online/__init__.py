"""Online sessions: what the video server told, and what was derived from it."""
