"""Every fixture that stands on a real server; see the modules named here."""

pytest_plugins = [
    "tests.support.database_fixtures",
    "tests.support.server_fixtures",
    "tests.support.browser_fixtures",
    "tests.support.demo_database",
    "tests.support.view_fixtures",
]
