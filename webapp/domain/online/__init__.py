"""Online sessions: deliveries of the video server, stays, presence, and the rooms they happen in."""
