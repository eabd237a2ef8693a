"""What people read: statuses, refusals, dates and explanations as words, the same on every page."""
