"""To which entry of the rail a page belongs."""

from webapp.views.admin.blueprint import blueprint

#: Entry -> words in the endpoints of its pages; the first that fits counts.
_PAGES = (
    ("admin.start", ("admin.start", "forecast", "figure")),
    ("admin.installation_legal", ("installation",)),
    ("admin.organization", ("organization", "logo", "days_off", "team", "invite_people", "member", "no_show_policy")),
    ("admin.activations", ("activation",)),
    ("admin.jobs", ("admin.job",)),
    ("admin.mails", ("mail",)),
    ("admin.facilities", ("facilit", "person_here", "person_note", "merg")),
    (
        "admin.classes",
        (
            "class",
            "people_file",
            "revoke_certificate",
            "revoking_certificate",
            "roll_call",
            "mark_history",
            "person_attendance",
        ),
    ),
    ("admin.programs", ("program", "room")),
)


@blueprint.app_template_global()
def rail_entry(endpoint: str) -> str:
    """The endpoint of the entry; what fits nowhere belongs to events."""
    if endpoint == "admin.audit":
        return endpoint
    return next((entry for entry, words in _PAGES if any(word in endpoint for word in words)), "admin.events")


@blueprint.app_template_global()
def is_of_operator(endpoint: str | None) -> bool:
    """Whether the page belongs to the operator's area, which has a rail of its own."""
    return (endpoint or "").startswith("operator.")
