"""Inviting people to an event by mail, and what they answer.

Why it is so: docs/decisions/126-asked-first.md, docs/decisions/142-who-may-enroll.md.
"""
