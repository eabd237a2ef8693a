"""Messages of organizers: what is said about them."""
