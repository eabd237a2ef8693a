"""The one door to every development command: python3 dev.py run | test | bench | lint | lock | setup | clean.

Only the standard library is used here and in `runtime`, because at this point nothing is installed yet.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("turnout: Python 3.11 or newer is needed, this is %d.%d." % sys.version_info[:2])

from runtime.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
