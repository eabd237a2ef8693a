"""Places at events: enrollment, the waitlist, where a person stands, guest lists, pass codes."""
