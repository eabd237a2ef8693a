"""What organizers ask of people who enroll, and what those answer."""
