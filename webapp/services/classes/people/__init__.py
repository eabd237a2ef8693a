"""Who belongs to a class: let in, led through, ended; and to the facility that the class is at."""
