"""Which records of people are one, and who looks after whom."""
