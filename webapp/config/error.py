"""What a setting that cannot be used raises."""


class SettingsError(Exception):
    """A setting that cannot be used; the message is one line for a person."""
