"""What organizers ask of people who enroll: written, answered, and deleted in time."""
