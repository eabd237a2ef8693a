"""Who may enroll in an event that does not let in everybody."""
