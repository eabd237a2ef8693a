"""The app as tests serve it, in place of `wsgi`: the one entry that accepts TURNOUT_ENV=test.

Cheap hashes and cookies without Secure are good for tests alone, so no variable reaches them through the product's
own entry.
"""

from webapp import create_app
from webapp.config import Settings

app = create_app(Settings.from_env(may_be_test=True))
