"""Accounts as the operator sees them."""

from sqlalchemy import Row, func, select

from webapp.extensions import db
from webapp.models import User
from webapp.queries.installation.operators import is_in_office
from webapp.queries.page import Page, cut, nearest_page
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50
_IS_PROVED = User.address_proved_at.is_not(None).label("is_proved")
_SHOWN = (User.id, User.name, User.email, User.is_operator, User.mail_refused_at, _IS_PROVED)
_IS_SOMEBODY = (User.is_system.is_(False), User.anonymized_at.is_(None), User.disabled_at.is_(None))


def accounts_page(query: str, number: int) -> Page[Row]:
    """Those whose name or address fits the words, by name; without words who operates the installation."""
    fits = (*_IS_SOMEBODY, matches_words(User.search_text, query) if query else is_in_office())
    total = db.session.scalar(select(func.count()).select_from(User).where(*fits)) or 0
    number = nearest_page(number, total=total, size=PAGE_SIZE)
    rows = select(*_SHOWN).where(*fits).order_by(User.sort_name, User.id)
    return Page(db.session.execute(cut(rows, number, PAGE_SIZE)).all(), total, number, PAGE_SIZE)


def account_by_id(user_id: int) -> Row | None:
    """One of them, or None."""
    return db.session.execute(select(*_SHOWN).where(*_IS_SOMEBODY, User.id == user_id)).one_or_none()
