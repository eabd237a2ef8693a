"""The organizer's pages for programs, classes and their sessions."""

from webapp.views.admin.blueprint import blueprint
from webapp.views.admin.programs import activations, class_form, class_moves, class_sessions, classes, program, rooms
from webapp.views.words.class_words import (
    change_words_of_class,
    class_enrollment_words,
    class_session_words,
    class_words,
    date_words,
    kept_change_words,
    kept_words,
    move_words,
)

__all__ = ["activations", "class_form", "class_moves", "class_sessions", "classes", "program", "rooms"]

for _write in (
    change_words_of_class,
    class_enrollment_words,
    class_session_words,
    class_words,
    date_words,
    kept_change_words,
    kept_words,
    move_words,
):
    blueprint.add_app_template_global(_write)
