"""Outside systems and formats: tokens, passwords, mail, calendars, pictures of codes."""
