"""The morning on which a class begins, and taking that back on the same day."""
