"""Online sessions of events and classes, and the video server that tells of them."""
