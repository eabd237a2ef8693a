"""What people are asked after an event, what they answer, and where an answer contradicts the record."""
