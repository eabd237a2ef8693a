"""Runs of jobs: what is due, opening a run, working on it, handing it on."""
