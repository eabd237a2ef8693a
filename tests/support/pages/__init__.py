"""Pages read without a browser."""
