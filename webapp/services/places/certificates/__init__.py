"""Certificates of attendance: issued, revoked, and their names put right."""
