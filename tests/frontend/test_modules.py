"""Scripts and sheets that import others: sent in one answer, in the order in which a browser would run them."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.frontend.sources import STATIC
from webapp.views.http.assets import register_assets

SCRIPTS = [file.relative_to(STATIC).as_posix() for file in STATIC.rglob("js/**/*.js")]
OUTERMOST = re.compile(r"^(?:async )?(?:const|let|function|class) (\w+)", re.M)


def sent(static: Path, path: str) -> str:
    app = Flask("modules", static_folder=str(static), static_url_path="/static")
    register_assets(app)
    return app.test_client().get(f"/static/{path}").text


def test_what_is_imported_stands_once_and_before_who_needs_it(tmp_path: Path) -> None:
    for name, text in {
        "all.js": "import './one.js';\nimport { b } from './deep/two.js';\nb();\n",
        "one.js": "import {\n  b,\n  c,\n} from './deep/two.js';\nb(c);\n",
        "deep/two.js": "import { d } from '../three.js';\nexport const b = d;\nexport let c = 1;\n",
        "three.js": "import { c } from './deep/two.js';\nexport const d = () => c;\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    assert sent(tmp_path, "all.js") == "const d = () => c;\nconst b = d;\nlet c = 1;\nb(c);\nb();\n"


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_is_sent_with_all_it_needs(path: str) -> None:
    script = sent(STATIC, path)
    assert not re.search(r"^(?:import|export)\b", script, re.M)
    names = OUTERMOST.findall(script)
    assert len(names) == len(set(names)), "two files of one page give an outermost name twice"
