from __future__ import annotations

import pytest

from ohdio_api.web.bundle import bundled

PAGE = """import "../b/sound.js";
import { one, two } from "./count.js";
import * as sound from "../b/sound.js";
one();
"""
COUNT = "const own = 1;\nexport function one() {\nreturn own;\n}\nexport const two = 2;\n"
SOUND = "export async function play() {\n}\n"


def test_each_comes_after_what_it_imports_and_sees_that_alone() -> None:
    script = bundled({"a/page.js": PAGE, "a/count.js": COUNT, "b/sound.js": SOUND})
    (sound, count, page) = script.split("})();\n")[:3]
    assert sound == "const m0 = (() => {\nasync function play() {\n}\nreturn { play };\n"
    assert count == f"const m1 = (() => {{\n{COUNT.replace('export ', '')}return {{ one, two }};\n"
    assert page == "const m2 = (() => {\n\nconst { one, two } = m1;\nconst sound = m0;\none();\nreturn {  };\n"


@pytest.mark.parametrize("line", ["export let far = 0;", 'import page from "./page.js";', "export default far;"])
def test_what_it_cannot_bundle_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"a/count\.js has a line that cannot be bundled: (import|export)"):
        bundled({"a/count.js": line + "\n", "a/page.js": SOUND})


def test_circles_are_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        bundled({"a/page.js": 'import "./count.js";\n', "a/count.js": 'import "./page.js";\n'})
