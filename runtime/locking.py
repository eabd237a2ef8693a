"""`make lock`: writes the three locks anew from pyproject.toml.

Universal locks hold for every supported Python and platform; they carry hashes and no host name or path, so they
can be read by uv and pip alike, whatever index a machine uses.
"""

import subprocess

from runtime import environment
from runtime.complaint import Complaint
from runtime.paths import ROOT, venv_program

COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]


def write_locks(arguments: list[str]) -> None:
    """Write all locks; `--upgrade` (or any other option of uv) may be passed on."""
    _compile("requirements-bootstrap.lock", ["--group", "bootstrap"], arguments)
    _compile("requirements.lock", ["pyproject.toml"], arguments)
    # The constraint keeps the superset at the same versions as what runs in production.
    _compile("requirements-test.lock", ["pyproject.toml", "--group", "test", "-c", "requirements.lock"], arguments)


def _compile(target: str, sources: list[str], arguments: list[str]) -> None:
    uv = venv_program("uv")
    if not uv.exists():
        environment.ensure()
    command = [str(uv), *COMPILE, *sources, "-o", target, *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise Complaint(f"uv could not write {target}")
