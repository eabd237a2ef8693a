"""What is said when somebody is not let in, or cannot change how they sign in, and the HTTP status of it."""

from collections.abc import Mapping

from webapp.languages.words import N_, n_
from webapp.views.words.counted import Counted

SENTENCES: Mapping[str, tuple[str | Counted, ...]] = {
    "email_taken": (N_("There’s another account for this address. Use it, or another address."),),
    "address_same": (N_("That’s your address already. Enter another one"),),
    "prove_first": (N_("Confirm the address you have first."),),
    "credentials_wrong": (N_("Wrong email or password."),),
    "current_password_wrong": (N_("This isn’t your current password. Enter it again"),),
    "password_too_short": (N_("Use a password of at least {shortest} characters"), N_("Use a longer password")),
    "password_common": (N_("This password is easy to guess. Use a longer one, or one only you would think of"),),
    "password_too_long": (N_("Use a password of at most {longest} characters"), N_("Use a shorter password")),
    "code_missing": (N_("Enter the code from the email"),),
    "code_malformed": (N_("Enter the 6 digits from the email"),),
    "code_wrong": (
        Counted(
            "left", *n_("That’s not the code. You have {n} more try", "That’s not the code. You have {n} more tries")
        ),
        N_("That’s not the code"),
    ),
    "code_unusable": (N_("This code no longer works. Get a new one"),),
    "code_not_confirmed": (N_("We haven’t seen you open the link yet. Open it in the email, or enter the code"),),
    "account_closed": (N_("This account is closed. Write to the organizer if you think that’s a mistake."),),
    "account_merged": (
        N_("This address belongs to an account that is part of another one now. Sign in with that one."),
    ),
    "app_code_malformed": (N_("Enter the 6 digits from your app, or a recovery code"),),
    "app_code_wrong": (
        Counted(
            "left",
            *n_(
                "That’s not the code, or it was used already. You have {n} more try",
                "That’s not the code, or it was used already. You have {n} more tries",
            ),
        ),
        N_("That’s not the code. Enter the one your app shows now"),
    ),
    "provider_failed": (
        N_("Signing in with {provider} didn’t work. Try again, or sign in another way."),
        N_("That didn’t work. Try again, or sign in another way."),
    ),
    "provider_declined": (
        N_("You didn’t sign in with {provider}. Try again, or sign in another way."),
        N_("You didn’t sign in there. Try again, or sign in another way."),
    ),
    "provider_unreachable": (
        N_("We can’t reach {provider} right now. Try again later, or sign in another way."),
        N_("We can’t reach that provider right now. Try again later, or sign in another way."),
    ),
    "provider_unverified": (
        N_("{provider} hasn’t confirmed your email address. Confirm it there, or sign in another way."),
        N_("Your email address isn’t confirmed there. Confirm it, or sign in another way."),
    ),
    "provider_domain": (
        N_("{provider} can’t be used for {email}. Sign in another way."),
        N_("This address can’t be used that way. Sign in another way."),
    ),
    "second_step_over": (N_("That took too long or too many tries. Sign in again."),),
    "passkey_refused": (N_("That didn’t work. Try again, or sign in another way."),),
    "passkeys_full": (
        N_("You have {most} passkeys already. Remove one first."),
        N_("You have a lot of passkeys already. Remove one first."),
    ),
    "sign_in_again": (N_("For your security, sign out and sign in again, then try once more."),),
    "setup_code_missing": (N_("Enter the code from the server log"),),
    "setup_code_wrong": (N_("This code is wrong or was used already. Print a new one with ops setup-link"),),
    "setup_password_wrong": (
        N_("There’s an account for this address already. Enter its password, or use another address"),
    ),
    "owner_already": (N_("{address} is an owner already"), N_("They are an owner already")),
    "organization_suspended": (
        N_("{name} is suspended. You can read everything there, but change nothing."),
        N_("This organization is suspended. You can read everything there, but change nothing."),
    ),
    "organization_closed": (
        N_("The organization is suspended, so its pages are closed. If you have a place, it’s kept."),
    ),
    "request_waits": (N_("You’ve asked for one already. We’ll email you when it’s decided."),),
    "request_decided": (N_("This was decided already."),),
    "too_many_organizations": (
        N_("You’ve opened or asked for {most} within {days} days. Try again later."),
        N_("You’ve opened or asked for several lately. Try again later."),
    ),
    "suspended_already": (N_("It’s suspended already."),),
    "not_suspended": (N_("It isn’t suspended."),),
    "address_not_proved": (N_("They have to confirm their email address first."),),
    "last_operator": (N_("This is the only operator with a confirmed email address. Make another one first."),),
    "no_mail_server": (N_("No email server is set up here."),),
    "mail_not_taken": (
        N_("The email server didn’t take it. It said: {answer}"),
        N_("The email server didn’t take it."),
    ),
    "installation_set_up": (N_("Turnout is already set up. Sign in instead."),),
    "reset_unusable": (N_("This link was already used or has expired. Ask for a new one."),),
}
STATUS: Mapping[str, int] = {
    "code_not_confirmed": 409,
    "account_merged": 403,
    "provider_failed": 400,
    "provider_declined": 400,
    "provider_unreachable": 503,
    "provider_unverified": 403,
    "provider_domain": 403,
    "installation_set_up": 409,
    "organization_suspended": 403,
    "organization_closed": 410,
    "request_waits": 409,
    "request_decided": 409,
    "too_many_organizations": 409,
    "suspended_already": 409,
    "not_suspended": 409,
    "last_operator": 409,
    "account_closed": 403,
}
