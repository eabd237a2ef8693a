"""Letting people in at the door."""
