"""Programs and their classes: enrollment, sessions, roll call, activation, completion."""
