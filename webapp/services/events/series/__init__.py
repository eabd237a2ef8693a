"""Series of events: their dates, places on several of them, and changes of several."""
