"""Messages of organizers: who they go to, how far they are, who got them."""
