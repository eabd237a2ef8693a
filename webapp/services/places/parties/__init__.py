"""People who enroll together."""
