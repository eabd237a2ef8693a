"""Databases of tests, and what was asked of them."""
