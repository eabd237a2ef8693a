"""Getting in: signing up, in and out, by a code or a link that is mailed, or by a password."""

from webapp.views.account import mail_codes, mailed_links, sign_in
from webapp.views.account.blueprint import blueprint

__all__ = ["blueprint", "mail_codes", "mailed_links", "sign_in"]
