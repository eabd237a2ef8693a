"""What an organization's no-show policy counts, until when, and what follows from it."""
