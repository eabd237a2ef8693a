"""The people of a class: the list, letting in one or many, a file of them, and one person."""

from webapp.views.admin.class_people import adding, by_name, file, person, roster

__all__ = ["adding", "by_name", "file", "person", "roster"]
