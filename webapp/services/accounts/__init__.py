"""Accounts: signing up and in, mailed links, passwords, people known by their address."""
