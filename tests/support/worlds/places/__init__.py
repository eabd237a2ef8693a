"""What tests of places begin with."""
