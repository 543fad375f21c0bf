"""Look at every page of reports/ in a browser, and at every PDF: `make check-web`.

A page must print nothing to the console, fetch nothing, stay within a screen of 320 px, have the last column of its
tables and the newest years of its charts in sight first, say in words and figures what each chart shows, keep axe's
rules of accessibility in the light, in the dark and in print, and be HTML without parse errors. A PDF must keep
PDF/UA-1 and PDF/A-2a by the gate and, where the machine has it, by veraPDF.
Before that, a fault of each kind is planted in a page and in a PDF: a check that does not find its own is told.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

#: A telephone, a larger one, and a desk; and where axe looks.
WIDTHS, LOOKED_AT = (320, 390, 1280), (320, 1280)
#: How a page is shown: by name, what is emulated.
SHOWN = {
    "light": {"media": "screen", "color_scheme": "light"},
    "dark": {"media": "screen", "color_scheme": "dark"},
    "print": {"media": "print", "color_scheme": "light"},
}
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
#: veraPDF's name for each standard that the papers keep.
FLAVOURS = {"PDF/UA-1": "ua1", "PDF/A-2a": "2a"}
#: Of each frame that scrolls from the right: its name, where it hides what stands at its right end.
OUT_OF_SIGHT = """() => [...document.querySelectorAll('.from-right')].filter(frame => {
  const inside = frame.firstElementChild.getBoundingClientRect(), own = frame.getBoundingClientRect();
  return inside.right > own.right + 1;
}).map(frame => frame.getAttribute('aria-labelledby'))"""
#: Of each chart: the name that its figure is read out with, and its alternative text.
CHARTS = """() => [...document.querySelectorAll('figure')].map(figure => [
  document.getElementById(figure.getAttribute('aria-labelledby'))?.querySelector('.name')?.textContent || '',
  figure.querySelector('svg')?.getAttribute('aria-label') || ''])"""


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


def unsaid(charts: list[list[str]]) -> list[str]:
    """The charts whose alternative text says no figures, or whose title no finding. charts: name and text of each."""
    problems = []
    for name, text in charts:
        where = f"the chart “{' '.join(name.split())[:60]}”"
        if not re.search(r"\d", text) or len(text.split()) < 5:
            problems.append(f"{where}: its alternative text “{text[:60]}” says no figures")
        if len(re.sub(r"^Figure \d+\.", "", " ".join(name.split())).split()) < 3:
            problems.append(f"{where}: its title says no finding")
    return problems


def seen_in(chromium, file: Path, width: int, shown: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with a page on a screen of this width; by axe as it is shown in these ways (names of SHOWN)."""
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
    said += [f"{name}: what stands at its right end is out of sight at first" for name in page.evaluate(OUT_OF_SIGHT)]
    said += unsaid(page.evaluate(CHARTS)) if width == WIDTHS[0] else []
    for way in shown:
        page.emulate_media(**SHOWN[way])
        for rule in Axe().run(page).response["violations"]:
            places = "; ".join(" ".join(node["target"]) for node in rule["nodes"][:3])
            said.append(
                f"{way}, axe, {rule['id']} ({rule['impact']}): {rule['help']}; {len(rule['nodes'])} x, as in {places}"
            )
    page.close()
    return [f"at {width} px: {problem}" for problem in said]


def wrong_with(chromium, file: Path) -> list[str]:
    """All that is wrong with a page."""
    shown = {width: tuple(SHOWN) if width in LOOKED_AT else () for width in WIDTHS}
    return parse_errors(file) + [said for width in WIDTHS for said in seen_in(chromium, file, width, shown[width])]


def wrong_with_pdf(pdf: bytes, verapdf: str | None = None) -> list[str]:
    """What is wrong with a PDF by the standards: of the gate, and of veraPDF where its command is given."""
    from helpers.paper.publish.gate import against_standards

    problems = against_standards(pdf)
    for standard, flavour in FLAVOURS.items() if verapdf else ():
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            told = subprocess.run(
                [verapdf, "--flavour", flavour, "--format", "text", file.name], capture_output=True, text=True
            )
        if told.returncode or not told.stdout.startswith("PASS"):
            problems.append(f"{standard}, veraPDF: {(told.stdout or told.stderr).strip()[:300]}")
    return problems


def without_language(pdf: bytes) -> bytes:
    """A PDF that no longer says in which language it is."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as paper:
        del paper.Root.Lang
        changed = io.BytesIO()
        paper.save(changed)
    return changed.getvalue()


#: What is planted in a page: by what must then be said of it, how it is shown to axe, and an edit of its text.
PLANTED = {
    r"^line \d+: ": ((), lambda page: page.replace("</main>", "</div></main>")),
    r"scrolls sideways": ((), lambda page: page.replace("</main>", '<p style="width: 50rem">x</p></main>')),
    r"(console|fetches)\b": ((), lambda page: page.replace("</main>", '<img src="x.png" alt=""></main>')),
    r"is out of sight at first": ((), lambda page: page.replace(".from-right { direction: rtl; }", "")),
    r"says no figures": ((), lambda page: re.sub(r'aria-label="[^"]*"', 'aria-label="A chart"', page)),
    r"says no finding": (
        (),
        lambda page: re.sub(
            r'(?s)(class="name">Figure \d+\.).*?</span> <span class="unit">', r"\1</span> <span>", page
        ),
    ),
    r"light, axe, html-has-lang": (("light",), lambda page: page.replace('<html lang="en-GB">', "<html>")),
    r"dark, axe, color-contrast": (
        ("light", "dark"),
        lambda page: page.replace("</style>", "@media (prefers-color-scheme: dark) { p { color: #333; } }</style>"),
    ),
    r"print, axe, color-contrast": (
        ("light", "print"),
        lambda page: page.replace("</style>", "@media print { p { color: #ccc; } }</style>"),
    ),
}


def not_found(chromium, file: Path, pdf: bytes, verapdf: str | None) -> list[str]:
    """The checks that do not find the fault of their kind. file: a page that has a chart and a table; pdf: a paper."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        planted = Path(folder) / "planted.html"
        # Members' pages are enough, and quickly looked at.
        whole = re.sub(r'<section class="annex".*</section>', "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        for said, (shown, plant) in PLANTED.items():
            planted.write_text(plant(whole), encoding="utf-8")
            found = parse_errors(planted) + seen_in(chromium, planted, WIDTHS[0], shown)
            if plant(whole) == whole or not any(re.search(said, problem) for problem in found):
                missed.append(f"a page: no check says “{said}”, but {found}")
    problems = wrong_with_pdf(without_language(pdf), verapdf)
    told = ["PDF/UA-1, rule", *([f"{standard}, veraPDF" for standard in FLAVOURS] if verapdf else [])]
    return missed + [f"a PDF: no check says “{one}”" for one in told if not any(one in said for said in problems)]


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    executable, pages, pdfs, wrong = browser(), sorted(folder.rglob("*.html")), sorted(folder.rglob("*.pdf")), 0
    if not pages or not pdfs:
        sys.exit(f"There are no pages or no PDFs in {folder}: run `make briefings` first.")
    verapdf = shutil.which(os.environ.get("VERAPDF", "verapdf"))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable)
        charted = next(page for page in pages if "<figure" in page.read_text(encoding="utf-8"))
        if missed := not_found(chromium, charted, pdfs[0].read_bytes(), verapdf):
            sys.exit("A fault that was planted is not found:\n" + "\n".join(missed))
        print(f"Each of {len(PLANTED) + 1} faults that were planted is found.", flush=True)
        for file in [*pages, *pdfs]:
            is_page = file.suffix == ".html"
            problems = wrong_with(chromium, file.resolve()) if is_page else wrong_with_pdf(file.read_bytes(), verapdf)
            wrong += bool(problems)
            print(f"{file}: {'fine' if not problems else ''}", *problems, sep="\n  ", flush=True)
        chromium.close()
    by = "by the gate and by veraPDF" if verapdf else "by the gate alone, as veraPDF is not on this machine"
    print(f"PDF/UA-1 and PDF/A-2a were checked {by}.")
    sys.exit(f"{wrong} of {len(pages) + len(pdfs)} pages and PDFs have problems." if wrong else 0)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "reports"))
