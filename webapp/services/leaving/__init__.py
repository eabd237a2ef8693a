"""Leaving for good: what is deleted, and what stays without a name."""
