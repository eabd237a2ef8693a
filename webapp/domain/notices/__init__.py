"""What people are told, when, and what they chose to hear."""
