"""The browser that a session belongs to, as far as it says what it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A browser, its system, and the machine; each None where it is not known."""

    browser: str | None = None
    system: str | None = None
    model: str | None = None

    @property
    def new_model(self) -> str | None:
        """The machine, where its name says more than the browser's and the system's: not "Mac" on Mac OS X."""
        is_news = self.model and not any(self.model in part for part in (self.browser, self.system) if part)
        return self.model if is_news else None
