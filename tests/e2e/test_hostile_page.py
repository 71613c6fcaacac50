"""Pages full of attacks in a real browser: no dialog, no request, no script, with or without the
page's own policy."""

from __future__ import annotations

import random
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from reporting.conftest import NOW
from reporting.hostile_markup import MARKUP
from reporting.hostile_pages import OUTPUTS, SECTIONS, WORDS, hostile_request

from workbench.reporting.runner import run_report
from workbench.reporting.sanitise import sanitised

pytestmark = pytest.mark.e2e
LIVE = """() => [...document.querySelectorAll('*')].flatMap(one => [
    ...(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'LINK', 'BASE', 'FORM', 'SVG', 'MATH', 'INPUT',
         'TEMPLATE', 'VIDEO', 'AUDIO'].includes(one.tagName.toUpperCase()) ? [one.tagName] : []),
    ...[...one.attributes].filter(a => a.name.startsWith('on') || a.name === 'style'
        || /^(href|src|action)$/.test(a.name) && /^\\s*\\w+:/.test(a.value)
           && !a.value.startsWith('data:image/png;')).map(a => a.name + '=' + a.value)])"""
MEETS = """async pieces => {
    const live = [];
    for (const [place, html] of pieces.entries()) {
        const box = document.createElement('div');
        document.body.replaceChildren(box);
        box.innerHTML = html;
        for (let again = 0; again < 3; again++) box.innerHTML = box.innerHTML;
        for (const one of box.querySelectorAll('*')) {
            if (!one.namespaceURI.endsWith('1999/xhtml')) live.push([place, one.tagName]);
            for (const { name, value } of one.attributes)
                if (name.startsWith('on') || ['style', 'srcset', 'srcdoc'].includes(name)
                    || (['href', 'src'].includes(name) && !/^(#|data:image)/.test(value)))
                    live.push([place, name, value]);
            if (/^(script|style|iframe|object|embed|form|base|link|meta)$/i.test(one.tagName))
                live.push([place, one.tagName]);
        }
    }
    await new Promise(done => setTimeout(done, 300));
    return live;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    request = hostile_request(tmp_path_factory.mktemp("attacked"), WORDS, SECTIONS, OUTPUTS)
    manifest = run_report(request, now=NOW, accept=True)
    root = request.site.parents[1]
    run = request.site.relative_to(root)
    return root, ["index.html", f"{run}/index.html", f"{run}/{manifest.run_id}/report.html"]


@pytest.fixture(scope="module")
def served(site):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site[0]))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[False, True], ids=["policy", "no policy"])
def watched(browser, request):
    """A page that notes everything it asks for or says; without its policy the gate is alone."""
    context = browser.new_context(bypass_csp=request.param)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.seen = []
    page.on("dialog", lambda dialog: (page.seen.append(dialog.message), dialog.dismiss()))
    page.on(
        "console", lambda message: None if _is_no_file(message) else page.seen.append(message.text)
    )
    page.on("pageerror", lambda error: page.seen.append(str(error)))
    page.on("popup", lambda other: page.seen.append(other.url))
    page.asked = []
    page.on("request", lambda asked: page.asked.append(asked.url))
    yield page
    context.close()


def _is_no_file(message) -> bool:
    """Does the browser say that a picture in the page is none, or that a site has no icon?"""
    address = message.location["url"]
    return message.text.startswith("Failed to load resource") and (
        address.startswith("data:image/png;base64,")
        or address.endswith(("/favicon.ico", "-here.html"))
    )


@pytest.mark.parametrize("way", ["file", "http"])
def test_published_pages_do_nothing(site, served, watched, way):
    root, names = site
    for name in names:
        address = (root / name).as_uri() if way == "file" else f"{served}/{name}"
        watched.asked.clear()
        watched.goto(address)
        for details in watched.locator("details").all():
            details.evaluate("one => { one.open = true }")
        watched.mouse.move(200, 200)
        watched.wait_for_timeout(200)
        asked = {url for url in watched.asked if not url.startswith("data:image/png;base64,")}
        assert asked - {address, f"{served}/favicon.ico"} == set()
        assert watched.seen == []
        assert watched.evaluate("window.pwned") is None
        assert watched.evaluate(LIVE) == []
        assert "window.pwned" in watched.locator("body").inner_text()


def test_what_the_gate_lets_through_stays_inert_when_read_again(served, watched):
    """Other readers take markup apart in other ways; the browser's is the one that counts."""
    seeded = random.Random(7)
    mixed = [
        "".join(part[: seeded.randint(1, len(part))] for part in seeded.sample(MARKUP, 3))
        for _ in range(800)
    ]
    pieces = [sanitised(html) for html in (*MARKUP, *mixed)]
    watched.goto(f"{served}/nothing-here.html")  # a page without a policy
    watched.asked.clear()
    assert watched.evaluate(MEETS, pieces) == []
    assert watched.evaluate("window.pwned") is None
    assert [url for url in watched.asked if not url.startswith("data:image")] == []
    assert watched.seen == []


def test_the_watching_itself_works(served, watched):
    """The same page with one attack let through: seen."""
    watched.goto(f"{served}/nothing-here.html")
    live = ["<img src=/x onerror=window.pwned=1>", "<svg></svg>", "<a href='javascript:1'>x</a>"]
    assert {one[0] for one in watched.evaluate(MEETS, live)} == {0, 1, 2}
    assert watched.evaluate("window.pwned") == 1
    assert any(url.endswith("/x") for url in watched.asked)
