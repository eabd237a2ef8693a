"""Who would lose a place at the door, who would get one, and who did."""
