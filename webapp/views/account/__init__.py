"""Getting in: signing up, in and out, by a code or a link that is mailed, a password or a passkey."""

from webapp.views.account import mail_codes, mailed_links, passkeys, provider, second_step, sign_in
from webapp.views.account.blueprint import blueprint

__all__ = ["blueprint", "mail_codes", "mailed_links", "passkeys", "provider", "second_step", "sign_in"]
