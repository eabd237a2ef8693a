"""Jobs: their schedule, their runs, what they counted."""
