"""Two rows of one person become one, and are taken apart again."""
