"""Look at every page of reports/ in a browser: `make check-web`.

A page must print nothing to the console, fetch nothing, stay within a screen of 320 px, keep axe's rules of
accessibility, and be HTML without parse errors.
"""

import os
import shutil
import sys
from pathlib import Path

#: A telephone, and a desk.
WIDTHS = (320, 1280)
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NO_BROWSER = (
    "No Chromium was found. Install one (on Debian and Ubuntu: apt-get install chromium; elsewhere Google Chrome will "
    "do), or say where it is: CHROMIUM=/path/to/chromium make check-web"
)


def browser() -> str:
    """The machine's own Chromium."""
    named = os.environ.get("CHROMIUM")
    found = [path for path in map(shutil.which, [named] if named else BROWSERS) if path]
    if not found:
        sys.exit(NO_BROWSER)
    return found[0]


def parse_errors(file: Path) -> list[str]:
    """What is wrong with a page as HTML, by the parsing rules of the standard."""
    import html5lib
    from html5lib.constants import E

    parser = html5lib.HTMLParser()
    parser.parse(file.read_bytes())
    return [f"line {place[0]}: {E[code] % values}" for place, code, values in parser.errors]


def seen_in(chromium, file: Path, width: int) -> list[str]:
    """What is wrong with a page on a screen of this width."""
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(viewport={"width": width, "height": 900})
    said = []
    page.on("console", lambda message: said.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda asked: said.append(f"fetches {asked.url}") if asked.url != file.as_uri() else None)
    page.goto(file.as_uri())
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        said.append(f"scrolls sideways by {over} px")
    for rule in Axe().run(page).response["violations"]:
        places = "; ".join(" ".join(node["target"]) for node in rule["nodes"][:3])
        said.append(f"axe, {rule['id']} ({rule['impact']}): {rule['help']}; {len(rule['nodes'])} x, as in {places}")
    page.close()
    return [f"at {width} px: {problem}" for problem in said]


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    executable, pages, wrong = browser(), sorted(folder.rglob("*.html")), 0
    if not pages:
        sys.exit(f"There are no pages in {folder}: run `make briefings` first.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable)
        for file in pages:
            problems = parse_errors(file) + [
                said for width in WIDTHS for said in seen_in(chromium, file.resolve(), width)
            ]
            wrong += bool(problems)
            print(f"{file}: {'fine' if not problems else ''}", *problems, sep="\n  ")
        chromium.close()
    sys.exit(f"{wrong} of {len(pages)} pages have problems." if wrong else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports"))
