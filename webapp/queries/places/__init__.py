"""Seats, queue and enrollment: the one engine behind every place."""
