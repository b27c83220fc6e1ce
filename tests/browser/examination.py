"""What is looked at on every page: axe-core's judgement, its width, its weight, its names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from app.demo.deployment import Deployment
from app.web.i18n import CHINESE, COOKIE
from tests import services
from tests.browser.tour import DESKTOP, Stop, Tour

AXE = Path(__file__).parents[1] / "interop/node_modules/axe-core/axe.min.js"
WIDTHS = (320, 375, 768)
"""The first is a computer's screen at 400 % (WCAG 2.2, 1.4.10)."""
HEAVIEST = 60 * 1024
"""Bytes that a page may take with everything on it, by a browser that has none of it yet."""

COLOURS = ("color-contrast", "link-in-text-block")
"""Rules whose judgement the colours decide."""
RULES = {**{name: {"enabled": False} for name in COLOURS}, "target-size": {"enabled": True}}
"""What is judged of each page beside its colours. axe-core leaves out how large targets are
(WCAG 2.2, 2.5.8) unless it is asked."""
FIELDS = "input, select, textarea, summary, [placeholder]"
"""What shows words without having any inside."""

LOADED = """() => {
  const loaded = ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind));
  return {
    bytes: loaded.reduce((sum, one) => sum + one.transferSize, 0),
    foreign: loaded.map(one => one.name).filter(name => new URL(name).origin !== location.origin
      && !name.startsWith("data:")),
    inline: document.querySelectorAll("script:not([src]), [onclick], [onload], [style]").length,
    language: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map(h1 => h1.innerText),
    title: document.title,
  };
}"""
ESCAPED = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = node => /auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX);
  // Who clips an element: of its ancestors, from the one on that it is positioned by.
  const clipped = node => {
    let absolute = false;
    for (let one = node; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (one !== node && scrolls(one) && !(absolute && style.position === "static")) return true;
      absolute = style.position === "absolute" || (absolute && style.position === "static");
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > edge)
    .filter(one => !clipped(one))
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""
BURST = """() => {
  const scrolls = node => /auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX);
  return [...document.querySelectorAll(".panel, .card, .tile, .empty, .note")].flatMap(box => {
    const edge = box.getBoundingClientRect().right + 1;
    const clipped = node => {
      for (let one = node.parentElement; one !== box; one = one.parentElement)
        if (scrolls(one)) return true;
      return scrolls(box);
    };
    return [...box.querySelectorAll("*")]
      .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > edge)
      .filter(one => !clipped(one)).slice(0, 1);
  }).slice(0, 3).map(one => one.outerHTML.slice(0, 120));
}"""
JUDGE = """([scope, options]) => axe.run(scope ? {include: colouredBy(scope)} : document, {
  resultTypes: ["violations"], selectors: true, ...options,
}).then(found =>
  found.violations.map(({id, nodes}) =>
    ({id, where: nodes.map(node => `${node.target} ${node.html}`)})))"""
PAINT = """fields => {
  // What decides the colours of an element: what it is and stands in, and how those are painted.
  const told = new Map([[null, ""]]);
  const short = text => {
    let [low, high] = [0xdeadbeef, 0x41c6ce57];
    for (const one of text) {
      low = Math.imul(low ^ one.codePointAt(0), 2654435761);
      high = Math.imul(high ^ one.codePointAt(0), 1597334677);
    }
    return `${(high >>> 0).toString(36)}-${(low >>> 0).toString(36)}`;
  };
  const paint = node => {
    if (!told.has(node)) {
      const {color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight} =
        getComputedStyle(node);
      const {className, type, disabled, ariaDisabled} = node;
      told.set(node, short([paint(node.parentElement), node.localName, className, type, disabled,
        ariaDisabled, color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight,
      ].join("|")));
    }
    return told.get(node);
  };
  const speaks = node => node.matches(fields)
    || [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim());
  const painted = new Map();
  for (const node of document.body.querySelectorAll("*"))
    if (speaks(node)) painted.set(paint(node), [...(painted.get(paint(node)) ?? []), node]);
  window.colouredBy = paints => paints.flatMap(one => painted.get(one));
  return [...painted.keys()];
}"""


@cache
def axe() -> str:
    """The source of axe-core. A script tag would be refused by our own policy."""
    if not AXE.exists():
        services.missing("axe-core is not installed: npm ci --prefix tests/interop")
    return AXE.read_text(encoding="utf-8")


def without_cache(page: Page) -> None:
    """Lets the page load everything anew, so that its weight is what a first visit takes."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})


def told_anyway(said: ConsoleMessage) -> bool:
    """Whether Chromium says this of every such page: of a document whose status is an error, and of
    a request while there is no network.
    """
    of_itself = said.page is not None and said.location.get("url") == said.page.url
    return (
        of_itself and "server responded with a status of" in said.text
    ) or "net::ERR_INTERNET_DISCONNECTED" in said.text


@dataclass
class Examination:
    """Everything that was found wrong on a walk, each with the name of the page.

    :param issuer: where the pages are that speak both languages.
    :param painted: the ways of painting words whose colours have been judged: what is painted as it
        was on an earlier page is not judged again.
    """

    issuer: str
    painted: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)
    """The addresses that were looked at."""

    def listen(self, page: Page) -> None:
        """From now on, what the browser complains of on this page counts as wrong."""
        without_cache(page)
        page.on("console", self._overhear)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: throws {error}"))

    def _overhear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not told_anyway(said):
            at = said.page.url if said.page else ""
            self.wrong.append(f"{at}: the browser's console says: {said.text}")

    def look_at(self, stop: Stop) -> None:
        """Looks at it in English, and where a reload shows the same, in Chinese: axe-core at the
        last of them by night, and for the colours by day.
        """
        self.visited.add(stop.page.url)
        self._look(stop, "en")
        stop.page.emulate_media(color_scheme="dark")
        turns = stop.can_turn and stop.page.url.startswith(self.issuer)
        if turns:
            chosen = {"name": COOKIE, "value": CHINESE.locale, "url": self.issuer}
            stop.page.context.add_cookies([chosen])  # type: ignore[list-item]
            stop.page.reload()
            stop = stop._replace(name=f"{stop.name} in Chinese")
            self._look(stop, CHINESE.tag)
        if stop.has_scripts:
            stop.page.evaluate(axe())
            self._judge(stop, rules=RULES)
            self._judge_colours(stop._replace(name=f"{stop.name} by night"))
            stop.page.emulate_media(color_scheme="light")
            self._judge_colours(stop)
        if turns:
            stop.page.context.clear_cookies(name=COOKIE)
        stop.page.emulate_media(color_scheme="light")

    def _look(self, stop: Stop, language: str) -> None:
        loaded = stop.page.evaluate(LOADED)
        self._weigh(stop, loaded)
        self._read_names(stop, loaded, language)
        self._measure(stop)

    def _weigh(self, stop: Stop, loaded: dict[str, Any]) -> None:
        if not 0 < loaded["bytes"] <= HEAVIEST:
            self.wrong.append(f"{stop.name}: {loaded['bytes']} bytes")
        if loaded["foreign"]:
            self.wrong.append(f"{stop.name}: loads {loaded['foreign']}")
        if loaded["inline"]:
            self.wrong.append(f"{stop.name}: {loaded['inline']} inline scripts or styles")

    def _read_names(self, stop: Stop, loaded: dict[str, Any], language: str) -> None:
        """One heading on each page, and no two headings under one title."""
        if loaded["language"] != language:
            self.wrong.append(f"{stop.name}: says that its language is {loaded['language']}")
        if len(loaded["headings"]) != 1:
            self.wrong.append(f"{stop.name}: has the headings {loaded['headings']}")
            return
        [heading] = loaded["headings"]
        if self.named.setdefault(loaded["title"], heading) != heading:
            self.wrong.append(f"{stop.name}: its title {loaded['title']} is another page's, too")

    def _measure(self, stop: Stop) -> None:
        """Nothing scrolls sideways, lies beyond the edge where no scrolling reaches, or runs out of
        the panel that it is in.
        """
        for wide in WIDTHS:
            stop.page.set_viewport_size({"width": wide, "height": 800})
            width = stop.page.evaluate("document.documentElement.scrollWidth")
            if width > wide:
                self.wrong.append(f"{stop.name}: is {width} pixels wide at {wide}")
            self._look_beyond(stop)
        stop.page.set_viewport_size(DESKTOP)
        self._look_beyond(stop)

    def _look_beyond(self, stop: Stop) -> None:
        if escaped := stop.page.evaluate(ESCAPED):
            self.wrong.append(f"{stop.name}: beyond the edge: {escaped}")
        if burst := stop.page.evaluate(BURST):
            self.wrong.append(f"{stop.name}: runs out of its panel: {burst}")

    def _judge_colours(self, stop: Stop) -> None:
        new = [paint for paint in stop.page.evaluate(PAINT, FIELDS) if paint not in self.painted]
        if new:
            self._judge(stop, new, runOnly=COLOURS)
            self.painted.update(new)

    def _judge(self, stop: Stop, painted: Sequence[str] = (), **options: object) -> None:
        """:param painted: what to judge, the whole page where it is left out.
        :param options: of axe-core.
        """
        for found in stop.page.evaluate(JUDGE, [list(painted) or None, options]):
            self.wrong.append(f"{stop.name}: {found['id']}: {'; '.join(found['where'])}")


def examined(chromium: Browser, demo: Deployment, *parts: str) -> Examination:
    """What was found on these parts of the walk."""
    examination = Examination(demo.issuer)
    with Tour(chromium, demo, "en", examination.listen) as tour:
        for stop in tour.stops(*parts):
            examination.look_at(stop)
    return examination
