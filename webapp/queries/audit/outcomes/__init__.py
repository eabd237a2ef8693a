"""What follows from outcomes."""
