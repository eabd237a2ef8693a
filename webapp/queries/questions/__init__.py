"""What organizers ask, and what people answered: for forms, tables and files."""
