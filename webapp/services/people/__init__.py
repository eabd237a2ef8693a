"""Accounts, privacy, taking data out, and being forgotten."""
