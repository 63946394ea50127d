"""Files and places in the widget and the console: chosen, pasted, refused, taken back, seen by the other side."""

import io

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE

EVALUATE_PASTE = """box => {
  const data = new DataTransfer();
  data.items.add(new File(["pasted words"], "pasted.txt", { type: "text/plain" }));
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""

COLOUR = "one => getComputedStyle(one).color"


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.effect_mandelbrot((640, 420), (-2.2, -1.2, 0.8, 1.2), 80).convert("RGB").save(out, "PNG")
    return out.getvalue()


def test_a_customer_sends_files_and_an_agent_sends_one_back(stage: Stage) -> None:
    agent = stage.agent()
    shopper = stage.shopper().wants_a_person()
    chat = shopper.chat
    expect(chat.get_by_text("in the queue")).to_be_visible(timeout=PATIENCE)
    files = chat.locator("input[type=file]")
    files.set_input_files(
        [
            {"name": "receipt.png", "mimeType": "image/png", "buffer": a_picture()},
            {"name": "program.exe", "mimeType": "text/plain", "buffer": b"MZ\x90\0"},
        ]
    )
    refused = chat.get_by_role("alert").filter(has_text="Only images, PDF and text")
    expect(refused).to_be_visible(timeout=PATIENCE)
    expect(chat.get_by_role("button", name="Send")).to_be_disabled()
    chat.get_by_role("button", name="Remove program.exe").click()
    shopper.box.evaluate(EVALUATE_PASTE)
    expect(chat.get_by_text("pasted.txt")).to_be_visible()
    shopper.box.fill("here is my receipt for the files test")
    expect(chat.get_by_role("button", name="Send")).to_be_enabled(timeout=PATIENCE)
    shopper.box.press("Enter")
    shopper.sees("receipt.png")
    picture = shopper.log.locator("img")
    expect(picture).to_be_visible(timeout=PATIENCE)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    agent.claims("here is my receipt for the files test")
    seen = agent.thread.get_by_role("img", name="Picture: receipt.png")
    expect(seen).to_be_visible(timeout=PATIENCE)
    assert seen.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    agent.page.locator("input[type=file]").set_input_files(
        {"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    expect(shopper.sees("label.pdf")).to_be_in_viewport(ratio=1)  # the picture above it made the thread longer
    said = shopper.own.filter(has_text="here is my receipt")
    assert [said.evaluate(COLOUR)] == shopper.own.filter(has_text=".png").evaluate_all(f"all => all.map({COLOUR})")
    assert stage.problems == []


def test_a_page_hears_and_ends_the_chat(stage: Stage) -> None:
    page = stage.shopper().page
    assert page.evaluate("new Promise((heard) => escalationChat.onUnread(heard))") == 0
    assert page.evaluate("escalationChat.identify('no.token.atall')") is False
    page.evaluate("escalationChat.destroy()")
    expect(page.locator("escalation-chat")).to_have_count(0)
    assert page.evaluate("window.escalationChat === undefined")
