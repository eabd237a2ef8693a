"""Debian and Ubuntu packages, where we are allowed to install them."""

import os
import shutil
import subprocess


def install(*packages: str) -> str | None:
    """Install `packages`; None when that worked, else the reason in a few words."""
    if shutil.which("apt-get") is None:
        return "this system has no apt-get"
    if os.geteuid() != 0:
        return f"not root: run `apt-get install {' '.join(packages)}` once"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wish = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    last = ""
    # The package lists of a fresh container are empty, those of a long-lived one stale: refresh after a failure.
    for command in (wish, ["apt-get", "update", "-q"], wish):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        last = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit code {done.returncode}"
        if command is wish and done.returncode == 0:
            return None
    return f"apt-get could not install {' '.join(packages)}: {last}"
