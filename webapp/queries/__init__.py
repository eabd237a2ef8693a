"""Reads shaped for a page or a sweep. Nothing here writes."""
