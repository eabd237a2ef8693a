"""Benchmarks: the product beside a floor of our own, alternating in one run, each ending with exactness checks."""
