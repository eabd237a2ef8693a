"""Certificates: what they say, and whose they are."""
