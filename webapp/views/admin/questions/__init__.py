"""What an event asks of people who enroll: the questions, and the answers as a table."""

from webapp.views.admin.questions import answers, editing

__all__ = ["answers", "editing"]
