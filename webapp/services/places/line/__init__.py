"""A waitlist between people: seats offered and answered, the last call, and coming back into the line."""
