"""The widget from right to left, and in words of the site's own."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import overflow, violations
from tests.browser.test_openings import settings

OPEN = "فتح المحادثة"


def arabic(stage: Stage, **options: object) -> Page:
    page = stage.page(**options)
    settings(page, locale="ar")
    page.goto(f"{stage.url}/shop/")
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_arabic_is_written_from_right_to_left(stage: Stage, width: int) -> None:
    page = arabic(stage, viewport={"width": width, "height": 800})
    launcher = page.get_by_role("button", name=OPEN)
    box = launcher.bounding_box(timeout=PATIENCE)
    assert box is not None and box["x"] < 30, "the launcher is where a line ends"
    launcher.click()
    chat = page.get_by_role("dialog", name="تحدث معنا")
    expect(chat).to_have_css("direction", "rtl")
    chat.get_by_role("button", name="التحدث مع موظف").click()
    expect(chat.get_by_text("لا يوجد أحد من فريقنا الآن", exact=False).first).to_be_visible(timeout=PATIENCE)
    field = chat.get_by_role("textbox", name="اكتب رسالة")
    for text in ("أين طلبي رقم 1042؟", "My order, please?"):
        field.fill(text)
        field.press("Enter")
    bubbles = chat.get_by_role("log").locator(".group.mine .bubble")
    expect(bubbles).to_have_count(2)
    for at, direction in enumerate(("rtl", "ltr")):  # each message as it is written
        expect(bubbles.nth(at)).to_have_css("direction", direction)
    expect(chat.get_by_role("button", name="إرسال بريدي الإلكتروني")).to_be_visible(timeout=PATIENCE)
    assert (violations(page), overflow(page)) == ([], 0)
    cut = "(elements) => elements.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.className)"
    assert chat.locator(".thread, .header, .composer, .bubble").evaluate_all(cut) == []


@pytest.mark.parametrize(("side", "left"), [("left", True), ("right", False)])
def test_a_page_says_on_which_side_the_chat_is(stage: Stage, side: str, left: bool) -> None:
    page = stage.page(viewport={"width": 1280, "height": 800})
    settings(page, side=side)
    page.goto(f"{stage.url}/shop/")
    page.get_by_role("button", name="Open the chat").click()
    panel = page.get_by_role("dialog", name="Chat with us").bounding_box(timeout=PATIENCE)
    launcher = page.get_by_role("button", name="Close the chat").last.bounding_box()
    assert panel is not None and launcher is not None
    assert (panel["x"] < 640, launcher["x"] < 640) == (left, left)


def test_a_site_has_words_of_its_own_in_a_language_the_widget_does_not_speak(stage: Stage) -> None:
    """The sample shop's policy allows no inline script: the file is read as data, its words are text."""
    page = stage.page()
    own = {"open": "Abrir a conversa", "title": "Fale <b>conosco</b>", "placeholder": "Escreva uma mensagem"}
    page.route("**/chat-pt.json", lambda route: route.fulfill(json=own))
    settings(page, locale="pt", phrases="/chat-pt.json")
    page.goto(f"{stage.url}/shop/")
    with page.expect_request("**/customers") as asked:
        page.get_by_role("button", name="Abrir a conversa").click()
    assert asked.value.post_data_json == {"locale": "pt"}
    chat = page.get_by_role("dialog", name="Fale <b>conosco</b>")
    expect(chat.get_by_role("textbox", name="Escreva uma mensagem")).to_be_focused(timeout=PATIENCE)
    expect(chat.get_by_role("heading", name="Hello, how can we help?")).to_be_visible()
    expect(chat).to_have_attribute("lang", "pt")
