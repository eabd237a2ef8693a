"""The people of a class: the list, letting in one or many, a file of them, and one person."""

from webapp.views.admin.class_people import adding, file, person, roster

__all__ = ["adding", "file", "person", "roster"]
