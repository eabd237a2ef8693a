"""Messages of organizers: planned, changed, withdrawn, sent."""
