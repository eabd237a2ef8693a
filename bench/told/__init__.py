"""What people are told, and how long writing it takes."""
