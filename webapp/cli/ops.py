"""`ops`: everything an operator of the installation does from a shell."""

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from webapp import clock
from webapp.cli.checking import installation_checks
from webapp.cli.refusals import Complaint, complaining
from webapp.config import Settings
from webapp.domain.people.proof import AddressState
from webapp.domain.refusal import Refused
from webapp.domain.work.schedule import SCHEDULE
from webapp.jobs.sweeper import mend_schedule
from webapp.queries.audit import INVARIANTS, broken_invariants
from webapp.queries.people.account import address_proof_of, credentials_by_email
from webapp.queries.work.due import due_work
from webapp.services.accounts.account import require_email
from webapp.services.accounts.password import set_password
from webapp.services.accounts.second_step import remove_second_step
from webapp.services.demo.demo_people import prove_demo_people
from webapp.services.demo.demo_world import seed_demo_world
from webapp.services.installation.set_up import new_setup_code
from webapp.services.organizations.organization_setup import create_organization, make_admin
from webapp.services.preparation import advance_counters, lay_out_jobs, migrate_tables, preparing_alone
from webapp.services.unit_of_work import end_reading

group = AppGroup("ops", help="Set up, monitor and check the installation.")


@group.command("prepare")
def prepare() -> None:
    """Migrate the database and lay out what has to be there. Safe to repeat, also at once."""
    settings: Settings = current_app.extensions["settings"]
    with preparing_alone(settings.home):
        migrate_tables()
        for table, last in advance_counters().items():
            click.echo(f"The ids of {table} went on from {last}, which was given before: mended.")
        click.echo("The database is ready.")
        if settings.is_demo:
            if seed_demo_world(now=clock.now()):
                click.echo("The demo world is laid out.")
            prove_demo_people(now=clock.now())
        lay_out_jobs(SCHEDULE, now=clock.now(), real_now=clock.real_now())
        if settings.is_production:
            _say_how_to_set_up(settings)
    mend_schedule(settings.redis_url)


@group.command("setup-link")
@complaining
def print_setup_link() -> None:
    """Print a new link to set up an installation that has no operator; earlier links stop working."""
    if not _say_how_to_set_up(current_app.extensions["settings"]):
        raise Complaint("this installation has an operator already: sign in, or use ops set-password")


def _say_how_to_set_up(settings: Settings) -> bool:
    """Whether there was anything to say: it is said while nobody operates the installation."""
    code = new_setup_code(now=clock.now())
    if code is None:
        return False
    click.echo("This installation has no operator yet. Set it up in a browser; the link works once:")
    click.echo(f"  {settings.base_url}/setup?code={code}")
    click.echo(f"The set-up code is {code}. A newer one replaces it: ops setup-link prints one.")
    return True


@group.command("audit")
def audit() -> None:
    """Prove every invariant in the data: one JSON line per broken one and exit code 1."""
    broken = 0
    for finding in broken_invariants(clock.now()):
        broken += 1
        click.echo(json.dumps(finding.as_dict(), ensure_ascii=False))
    if broken:
        sys.exit(1)
    click.echo(f"All {len(INVARIANTS)} invariants hold.")


@group.command("due")
def due() -> None:
    """What should have been done by now, and how late it is: JSON lines, none when all is done."""
    waiting = False
    for work in due_work(clock.now(), clock.real_now()):
        waiting = True
        click.echo(json.dumps(work.as_dict(), ensure_ascii=False))
    if not waiting:
        click.echo("Nothing is due.", err=True)


@group.command("create-organization")
@click.argument("name")
@click.option("--admin-email", required=True, help="Its owner; the account is created if needed.")
@click.option("--facility", required=True, help="The name of its first facility.")
@click.option("--timezone", required=True, help="The facility's time zone, for example Europe/Berlin.")
@click.option("--operator", is_flag=True, help="Make the owner an operator of the whole installation, too.")
@complaining
def make_organization(name: str, admin_email: str, facility: str, timezone: str, operator: bool) -> None:
    """Create an organization with its first facility and its owner."""
    address = require_email(admin_email)
    made = create_organization(
        name=name, admin_email=address, facility=facility, timezone=timezone, now=clock.now(), is_operator=operator
    )
    click.echo(f"Organization {made.organization_id} ({made.slug}) with facility {made.facility_id} is ready.")
    _say_admin(address, f"{address} is its owner", made.link)


@group.command("make-admin")
@click.argument("organization")
@click.argument("email")
@complaining
def give_organization_an_admin(organization: str, email: str) -> None:
    """Let the account with that address run the organization (the last part of its name in addresses)."""
    user_id = _account(email)
    try:
        made = make_admin(slug=organization, user_id=user_id, now=clock.now())
    except Refused:
        raise Complaint(f"there is no organization {organization!r}") from None
    _say_admin(email, f"{email} is {'now' if made.is_new else 'already'} an admin of {organization}", made.link)


def _account(email: str) -> int:
    """The id of the account with that address. Raises Complaint."""
    found = credentials_by_email(require_email(email))
    end_reading()
    if found is None:
        raise Complaint(f"there is no account with the address {email!r}")
    return found.user_id


def _say_admin(address: str, is_admin: str, link: str | None) -> None:
    """What was given to an address, and whether it can be used yet."""
    if link is None:
        click.echo(f"{is_admin}.")
        return
    click.echo(f"{is_admin}. They get access once they confirm the address.")
    click.echo(f"We emailed {address} a link to set up the account. It works once, for 7 days:")
    click.echo(link)


@group.command("set-password")
@click.argument("email")
@click.option("--proved", is_flag=True, help="Treat the address as confirmed: you know it is this person's.")
@complaining
def ask_for_password(email: str, proved: bool) -> None:
    """Set the password of an account and end all its sessions. It is asked for, never an argument."""
    user_id = _account(email)
    new = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    set_password(user_id=user_id, new=new, now=clock.now(), is_proved=proved)
    click.echo("The password is set, and the account is signed out everywhere.")
    state = address_proof_of(user_id).state(clock.now())
    if state is AddressState.CLOSED:
        click.echo(
            "The address is not confirmed, so signing in asks for an emailed link first. Use --proved if "
            "you know it is this person's."
        )


@group.command("remove-second-step")
@click.argument("email")
@complaining
def take_second_step_off(email: str) -> None:
    """Let someone without phone and recovery codes sign in with one step. Be sure that it’s them."""
    was_on = remove_second_step(user_id=_account(email), real_now=clock.real_now())
    click.echo(f"{email} signs in with one step now." if was_on else f"{email} has no second step.")


@group.command("check")
def check() -> None:
    """Settings and connections, one line each; exit code 1 where something is wrong."""
    checks = list(installation_checks(current_app.extensions["settings"]))
    for found in checks:
        click.echo(found.line)
    if not all(found.is_well for found in checks):
        sys.exit(1)
