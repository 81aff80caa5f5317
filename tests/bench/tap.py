"""The tap on Approve as a slow phone feels it: a real Chromium whose processor is held down to a quarter.

Painted: from the tap to the frame in which the button nods, as the browser's own event timing presents it. Settled:
from the tap to the frame in which the next card stands, after the device wrote the decision down and the server
confirmed it.
"""

from statistics import median

from playwright.sync_api import Page

from tests.e2e.browsers import PHONE, chromium
from webapp.http.actor import COOKIE

from .company import Company
from .table import Table

SLOWER = 4
TAPS = 30
WARM = 3
WATCH = """() => {
  globalThis.taps = []
  let tap
  const frame = (done) => requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => done(performance.now()); port2.postMessage(0) })
  addEventListener('click', (event) => {
    if (event.target.closest('.yes')) taps.push(tap = { at: event.timeStamp })
  }, true)
  document.addEventListener('htmx:after:swap', () => tap && !tap.swapped && (tap.swapped = true) &&
    frame((now) => { tap.settled = now - tap.at; dispatchEvent(new Event('settled')) }))
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries())
      if (name === 'click') for (const each of taps) if (Math.abs(each.at - startTime) < 2) each.painted = duration
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
}"""

SETTLED = """(n) => taps[n]?.settled ||
  new Promise((done) => addEventListener('settled', () => done(), {once: true}))"""
"""Nothing looks at the page meanwhile: who asks again and again takes the slow processor from it."""


def measure(base: str, seeded: Company, table: Table) -> None:
    """Thirty taps after three that warm up."""
    with chromium() as browser:
        context = browser.new_context(base_url=base, **PHONE)
        where = {"domain": "localhost", "path": "/", "secure": True, "httpOnly": True}
        context.add_cookies([{"name": COOKIE, "value": seeded.tokens[-1], **where}])  # type: ignore[typeddict-item]
        page = context.new_page()
        painted, settled = _taps(page)
        context.close()
    figure = f"painted p50 {median(painted):.0f} ms, worst {max(painted):.0f} ms"
    figure += f"; settled p50 {median(settled):.0f} ms, worst {max(settled):.0f} ms"
    table.row(f"tap on Approve, {SLOWER}x CPU throttle", figure, "painted 100 ms, settled 250 ms")


def _taps(page: Page) -> tuple[list[float], list[float]]:
    page.goto("/approvals/run")
    page.wait_for_function("() => self.nod")
    page.evaluate("() => nod.device")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.evaluate(WATCH)
    for n in range(TAPS + WARM):
        slot = page.locator("#dock [name=revision]").get_attribute("value")
        page.get_by_role("button", name="Approve").tap()
        page.evaluate(SETTLED, n)
        assert not page.locator(f"#dock [name=revision][value='{slot}']").count(), "the next card stands"
        page.wait_for_timeout(400)  # The person reads; the toast settles.
    found = page.evaluate("() => taps")[WARM:]
    return [tap.get("painted", 16) for tap in found], [tap["settled"] for tap in found]
