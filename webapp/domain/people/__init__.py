"""Accounts and their addresses, what a person shows of themselves, and what stays when they leave."""
