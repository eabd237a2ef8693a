"""Use cases: one function is one use case is one transaction.

A function whose first parameter is `session` is an inner step: it joins a transaction and
never ends one.
"""
