"""Who may enroll: the list of an event, and its link."""
