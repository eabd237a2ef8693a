"""Online sessions: what the video server told, who was there, and what follows from it."""
