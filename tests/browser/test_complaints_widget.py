"""What people complain about in chat widgets: what a host page does to them, and they to the page. One test each."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.host_pages import ServePage
from tests.browser.people import PATIENCE, comes_true

STYLED = """css => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}"""
INSIDE = "document.querySelector('escalation-chat').shadowRoot"
NEXT_PAGE = "<main><h1>Next page</h1></main>"
SWAPS = {
    "turbo": f"document.body.replaceWith(Object.assign(document.createElement('body'), {{innerHTML: '{NEXT_PAGE}'}}))",
    "pjax": f"document.body.innerHTML = '{NEXT_PAGE}'",
    "view transition": f"document.startViewTransition(() => {{ document.body.innerHTML = '{NEXT_PAGE}' }}).finished",
    "a new document": f"document.documentElement.innerHTML = '<head></head><body>{NEXT_PAGE}</body>'",
    "a new root": (
        "document.replaceChild(Object.assign(document.createElement('html'), "
        f"{{innerHTML: '<body>{NEXT_PAGE}</body>'}}), document.documentElement)"
    ),
}
COUNT_LISTENERS = """() => {
  window.listeners = 0
  for (const target of [window, document]) {
    const add = target.addEventListener
    target.addEventListener = function (...given) { window.listeners += 1; return add.apply(target, given) }
  }
}"""
SCRIPT_AGAIN = """url => new Promise(done => document.head.append(
  Object.assign(document.createElement('script'), { src: url + '/widget/widget.js', onload: done })))"""


def styled(page: Page, css: str) -> None:
    """Add a style sheet to the page, whose policy allows no style elements."""
    page.evaluate(STYLED, css)


@pytest.mark.parametrize("how", SWAPS)
def test_widget_is_gone_after_the_page_swapped_its_body(stage: Stage, how: str) -> None:
    shopper = stage.shopper()
    shopper.say("how do I reset my password")
    answer = shopper.is_answered()
    sockets: list[str] = []
    shopper.page.on("websocket", lambda socket: sockets.append(socket.url))
    shopper.box.fill("half a sent")
    shopper.page.evaluate(COUNT_LISTENERS)
    shopper.page.evaluate(SWAPS[how])
    shopper.page.evaluate(SCRIPT_AGAIN, stage.url)
    expect(shopper.page.get_by_role("heading", name="Next page")).to_be_visible()
    assert shopper.page.evaluate("document.querySelectorAll('escalation-chat').length") == 1
    assert shopper.page.evaluate("window.listeners") == 0
    expect(shopper.box).to_have_value("half a sent")
    expect(shopper.log).to_contain_text(answer)
    shopper.box.press_sequentially("ence")
    shopper.box.press("Enter")
    expect(shopper.chat.get_by_text("half a sentence")).to_be_visible()
    expect(shopper.log.locator(".group.sending")).to_have_count(0, timeout=PATIENCE)
    assert sockets == [], "the connection of before goes on"


SHORTCUTS = """() => {
  window.heard = []
  const search = document.body.appendChild(document.createElement('input'))
  search.setAttribute('aria-label', 'Search the page')
  const shortcut = event => {
    if (['INPUT', 'TEXTAREA'].includes(event.target.tagName)) return
    window.heard.push(event.type + ' ' + event.key)
    if (event.key === '/') { event.preventDefault(); search.focus() }
  }
  for (const type of ['keydown', 'keypress', 'keyup']) {
    document.addEventListener(type, shortcut)
    document.addEventListener(type, shortcut, true)
    window.addEventListener(type, shortcut)
  }
}"""


def test_typing_fires_the_single_key_shortcuts_of_the_page_and_a_slash_is_swallowed(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.page.evaluate(SHORTCUTS)
    shopper.box.click()
    shopper.page.keyboard.type("s/he? j k")
    expect(shopper.box).to_have_value("s/he? j k")
    shopper.page.keyboard.press("Enter")
    expect(shopper.own).to_have_text(re.compile(re.escape("s/he? j k")))
    shopper.page.keyboard.press("Escape")
    expect(shopper.chat).to_be_hidden()
    assert shopper.page.evaluate("window.heard") == []
    shopper.page.get_by_role("heading", level=1).click()
    shopper.page.keyboard.press("/")
    expect(shopper.page.get_by_label("Search the page")).to_be_focused()


KEY = "(field, given) => field.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, composed: true, ...given}))"
ENTERS = {
    "Chrome, Firefox": {"key": "Enter", "keyCode": 229, "isComposing": True},
    "Safari": {"key": "Enter", "keyCode": 229, "isComposing": False},
}


@pytest.mark.parametrize("browser_like", ENTERS)
def test_the_enter_of_an_input_method_sends(stage: Stage, browser_like: str) -> None:
    shopper = stage.shopper()
    shopper.box.fill("にほん")
    shopper.box.evaluate(KEY, ENTERS[browser_like])
    expect(shopper.box).to_have_value("にほん")
    expect(shopper.own).to_have_count(0)
    shopper.box.press("Enter")
    expect(shopper.own).to_have_count(1)


def test_a_word_under_composition_is_not_sent_by_a_real_input_method(stage: Stage) -> None:
    shopper = stage.shopper()
    method = shopper.page.context.new_cdp_session(shopper.page)
    shopper.box.click()
    method.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    method.send("Input.dispatchKeyEvent", enter)
    method.send("Input.insertText", {"text": "日本"})
    expect(shopper.box).to_have_value("日本")
    expect(shopper.own).to_have_count(0)


@pytest.mark.parametrize("browser_like", ENTERS)
def test_the_enter_of_an_input_method_sends_in_the_console(stage: Stage, browser_like: str) -> None:
    words = f"a lamp for {browser_like}"
    agent = stage.agent("sam")
    stage.shopper().wants_a_person().say(words)
    agent.claims(words)
    agent.box.fill("にほん")
    agent.box.evaluate(KEY, {**ENTERS[browser_like], "ctrlKey": True})
    expect(agent.box).to_have_value("にほん")
    agent.box.press("Control+Enter")
    expect(agent.box).to_have_value("")


SMALL_FIELDS = f"""[...{INSIDE}.querySelectorAll('input, select, textarea')]
  .map(field => parseFloat(getComputedStyle(field).fontSize)).filter(size => size < 16)"""


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
def test_the_page_zooms_when_a_field_gets_the_focus_on_ios(stage: Stage, width: int) -> None:
    shopper = stage.shopper(viewport={"width": width, "height": 700}, has_touch=True)
    styled(shopper.page, "html { font-size: 10px }")
    shopper.chat.get_by_role("button", name="Talk to a person").click()
    expect(shopper.chat.locator("input[type=email]").or_(shopper.chat.locator(".waiting"))).to_be_visible(
        timeout=PATIENCE
    )
    assert shopper.page.evaluate(SMALL_FIELDS) == []


DIALOG = """remove => {
  const dialog = document.body.appendChild(document.createElement('dialog'))
  dialog.innerHTML = '<h2>Cookies?</h2><button>Fine</button>'
  dialog.setAttribute('aria-label', 'Cookies')
  dialog.style.transform = 'rotate(1deg)'
  const close = () => remove ? dialog.remove() : dialog.close()
  dialog.querySelector('button').onclick = close
  dialog.onclick = event => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect()
    const { clientX: x, clientY: y } = event
    if (x < left || x > right || y < top || y > bottom) close()
  }
  dialog.showModal()
}"""


@pytest.mark.parametrize("removed", [False, True])
def test_a_modal_dialog_of_the_page_covers_the_open_chat(stage: Stage, removed: bool) -> None:
    shopper = stage.shopper()
    cookies = shopper.page.get_by_role("dialog", name="Cookies")
    shopper.box.fill("first")
    shopper.page.evaluate(DIALOG, removed)
    expect(cookies).to_be_visible()
    comes_true(shopper.page, "document.querySelector('escalation-chat')?.parentElement?.matches('dialog')")
    shopper.box.press_sequentially(" words")
    shopper.chat.get_by_role("button", name="Send").click()
    expect(shopper.own).to_have_text(re.compile("first words"))
    shopper.page.keyboard.press("Escape")
    expect(shopper.chat).to_be_hidden()
    expect(cookies).to_be_visible()
    expect(shopper.page.get_by_role("button", name="Open the chat")).to_be_focused()
    shopper.page.keyboard.press("Enter")
    expect(shopper.box).to_be_focused()
    shopper.box.fill("kept")
    cookies.get_by_role("button", name="Fine").click()
    expect(cookies).to_be_hidden()
    comes_true(shopper.page, "document.querySelector('escalation-chat')?.parentElement === document.documentElement")
    expect(shopper.box).to_have_value("kept")
    shopper.chat.get_by_role("button", name="Close the chat").click()
    expect(shopper.chat).to_be_hidden()


def test_a_closed_chat_stays_behind_a_modal_dialog_with_the_page(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.chat.get_by_role("button", name="Close the chat").click()
    shopper.page.evaluate(DIALOG, False)
    expect(shopper.page.get_by_role("dialog", name="Cookies")).to_be_visible()
    launcher = shopper.page.get_by_role("button", name="Open the chat").bounding_box()
    assert launcher is not None
    middle = [launcher["x"] + launcher["width"] / 2, launcher["y"] + launcher["height"] / 2]
    assert shopper.page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", middle) == "DIALOG"
    shopper.page.evaluate("window.escalationChat.open()")
    expect(shopper.box).to_be_focused()


WRAPPINGS = {
    "a transformed body": "body { transform: translateX(0); height: 3000px }",
    "a filtered body": "body { filter: grayscale(1); height: 3000px }",
    "a contained body": "body { contain: strict; height: 3000px }",
    "a zoomed page": "html { zoom: 1.5 }",
    "a transformed page": "html { transform: translateX(0) } body { height: 3000px }",
    "layers of its own": "html::after { content: ''; position: fixed; inset: 0; z-index: 2147483647 }",
}


@pytest.mark.parametrize("what", WRAPPINGS)
def test_the_page_moves_the_launcher_off_screen_or_covers_it(stage: Stage, what: str) -> None:
    page = stage.page(viewport={"width": 1280, "height": 800})
    page.goto(f"{stage.url}/shop/")
    styled(page, WRAPPINGS[what])
    page.mouse.wheel(0, 600)
    launcher = page.get_by_role("button", name="Open the chat")
    box = launcher.bounding_box()
    assert box is not None
    assert 0 <= 1280 - box["x"] - box["width"] < 60
    assert 0 <= 800 - box["y"] - box["height"] < 60
    launcher.click()
    chat = page.get_by_role("dialog", name="Chat with us").bounding_box()
    assert chat is not None
    assert chat["y"] >= 0
    assert chat["y"] + chat["height"] <= 800


def test_the_widget_is_printed(stage: Stage) -> None:
    shopper = stage.shopper()
    shopper.page.emulate_media(media="print")
    expect(shopper.chat).to_be_hidden()
    expect(shopper.page.get_by_role("button", name="Close the chat")).to_have_count(0)
    shopper.page.emulate_media(media="screen")
    expect(shopper.chat).to_be_visible()


INCLUSIONS = {
    "a module": '<script type="module" src="URL/widget/widget.js" data-site="demo"></script>',
    "a tag manager": (
        "<script>const tag = document.createElement('script'); tag.src = 'URL/widget/widget.js';"
        "tag.dataset.site = 'demo'; document.head.append(tag)</script>"
    ),
    "a dynamic import": (
        "<script type='module'>window.escalationChatSettings = { service: 'URL', site: 'demo' };"
        "await import('URL/widget/widget.js')</script>"
    ),
    "evaluated text": (
        "<script>window.escalationChatSettings = { service: 'URL/', site: 'demo' };"
        "fetch('URL/widget/widget.js').then(r => r.text()).then(text => (0, eval)(text))</script>"
    ),
    "twice": 2 * '<script src="URL/widget/widget.js" data-site="demo" async></script>',
}


@pytest.mark.parametrize("how", INCLUSIONS)
def test_the_widget_is_refused_as_a_module_or_by_a_tag_manager(stage: Stage, site: ServePage, how: str) -> None:
    page = stage.page()
    with page.expect_request("**/customers") as asked:
        page.goto(site(INCLUSIONS[how].replace("URL", stage.url)) + "/deep/page.html")
        page.get_by_role("button", name="Open the chat").click()
    assert asked.value.url == f"{stage.url}/api/v1/sites/demo/customers"
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused(timeout=PATIENCE)
    assert page.evaluate("document.querySelectorAll('escalation-chat').length") == 1


def test_without_an_address_the_console_of_the_browser_says_what_to_set(stage: Stage, site: ServePage) -> None:
    page = stage.page()
    script = f"fetch('{stage.url}/widget/widget.js').then(r => r.text()).then(text => (0, eval)(text))"
    with page.expect_console_message(lambda message: "escalationChatSettings.service" in message.text):
        page.goto(site(f"<script>{script}</script>"))


def test_a_strict_content_security_policy_breaks_the_widget(stage: Stage, site: ServePage) -> None:
    socket = stage.url.replace("http", "ws", 1)
    sources = f"script-src {stage.url}; connect-src {stage.url} {socket}; require-trusted-types-for 'script'"
    policy = f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; {sources}">'
    page = stage.page()
    page.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective))"
    )
    identity = {"customer": "c", "token": "t", "site": "demo", "name": "Larkspur"}
    page.route("**/customers", lambda route: route.fulfill(json=identity, headers={"Access-Control-Allow-Origin": "*"}))
    address = site(f'{policy}<script src="{stage.url}/widget/widget.js" data-site="demo" async></script>')
    with page.expect_websocket(lambda opened: opened.url == f"{socket}/ws/customer"):
        page.goto(f"{address}/page.html")
        page.get_by_role("button", name="Open the chat").click()
    box = page.get_by_role("textbox", name="Write a message")
    box.fill("one line\nand another")
    paper = f"getComputedStyle({INSIDE}.querySelector('.panel')).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 254, 251)"
    assert [one for one in page.evaluate("violations") if not one.startswith("img")] == []


LEAKS = """html { line-height: 3; direction: rtl; font: italic 10px serif }
* { text-transform: uppercase !important; letter-spacing: 9px; text-align: center; visibility: hidden;
    direction: rtl !important; line-height: 4; font-size: 44px !important; --ink: red; --paper: red }
:not(:defined) { display: none }
::backdrop { background: red; }"""
STYLE = f"""name => {{
  const {{ direction, textTransform, letterSpacing, lineHeight, fontSize, fontStyle, visibility }} =
    getComputedStyle({INSIDE}.querySelector(name))
  return [direction, textTransform, letterSpacing, lineHeight, fontSize, fontStyle, visibility]
}}"""


def test_styles_of_the_page_leak_into_the_widget(stage: Stage) -> None:
    shopper = stage.shopper()
    expect(shopper.box).to_be_visible()
    before = shopper.page.evaluate(STYLE, ".panel")
    styled(shopper.page, LEAKS)
    shopper.page.evaluate("document.documentElement.dir = 'rtl'")
    assert shopper.page.evaluate(STYLE, ".panel") == before
    assert before[:2] == ["ltr", "none"]
    paper = f"getComputedStyle({INSIDE}.querySelector('.panel')).backgroundColor"
    assert shopper.page.evaluate(paper) == "rgb(255, 254, 251)"
    backdrop = "getComputedStyle(document.querySelector('escalation-chat'), '::backdrop').display"
    assert shopper.page.evaluate(backdrop) == "none"


def cut_off(page: Page, width: int, height: int) -> list[str]:
    """The names of the buttons and fields of the panel that are not whole inside of the window."""
    found: list[str] = page.evaluate(
        f"""([width, height]) => [...{INSIDE}.querySelectorAll('.panel .quiet, .panel textarea, .panel .send,'
          + '.panel .person-button')].filter(one => {{
            const {{ left, top, right, bottom }} = one.getBoundingClientRect()
            return left < 0 || top < 0 || right > width || bottom > height
          }}).map(one => one.className || one.tagName)""",
        [width, height],
    )
    return found


@pytest.mark.parametrize(("width", "height"), [(640, 512), (320, 256), (390, 844), (844, 390)])
def test_enlarged_four_times_the_chat_cannot_be_used(stage: Stage, width: int, height: int) -> None:
    shopper = stage.shopper(viewport={"width": width, "height": height})
    expect(shopper.chat.get_by_role("button", name="Talk to a person")).to_be_visible()
    assert cut_off(shopper.page, width, height) == []
    thread = shopper.chat.get_by_role("region", name="Messages").bounding_box()
    assert thread is not None
    assert thread["height"] >= 100


LIVE = f"""[...{INSIDE}.querySelectorAll('[aria-live=polite], [role=status], [role=alert]')]
  .map(one => one.textContent).join(' ')"""


def test_assistive_technology_reads_the_history_again(stage: Stage) -> None:
    shopper = stage.shopper().say("how do I reset my password")
    answer = shopper.is_answered().splitlines()[-1]
    comes_true(shopper.page, f"answer => {LIVE}.includes(answer)", answer)  # an answer is read out
    expect(shopper.log).to_have_attribute("aria-live", "off")
    shopper.chat.get_by_role("button", name="Close the chat").click()
    shopper.page.get_by_role("button", name="Open the chat").click()
    expect(shopper.log).to_contain_text(answer)
    assert answer not in shopper.page.evaluate(LIVE), "opening the panel is not"
    shopper.page.reload()
    expect(shopper.log).to_contain_text(answer, timeout=PATIENCE)
    assert answer not in shopper.page.evaluate(LIVE), "nor is a snapshot"


def test_links_lead_nowhere(stage: Stage) -> None:
    agent = stage.agent("sam")
    shopper = stage.shopper().wants_a_person().say("a link please")
    agent.claims("a link please").replies(
        "See https://shop.example/help?a=1, write to help@shop.example; not javascript:alert(1) nor <b>bold</b>."
    )
    shopper.sees("See https://shop.example/help")
    links = shopper.log.get_by_role("link")
    expect(links).to_have_text(["https://shop.example/help?a=1", "help@shop.example"])
    for link, address in zip(links.all(), ["https://shop.example/help?a=1", "mailto:help@shop.example"], strict=True):
        expect(link).to_have_attribute("href", address)
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    shopper.sees("<b>bold</b>")


def test_times_stand_the_wrong_way_round_on_pages_from_right_to_left(stage: Stage) -> None:
    page = stage.page(locale="en-US")
    page.goto(f"{stage.url}/shop/")
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.get_by_role("button", name="Open the chat").click()
    chat = page.get_by_role("dialog", name="Chat with us")
    chat.get_by_role("textbox").fill("كيف أعيد تعيين كلمة المرور")
    chat.get_by_role("textbox").press("Enter")
    time = chat.locator(".meta time").first
    expect(time).to_have_text(re.compile(r"^\d+:\d\d [AP]M$"), timeout=PATIENCE)
    order = time.evaluate(
        """time => [...'1A'].map((_, at) => {
          const words = time.firstChild, range = document.createRange()
          const from = at === 0 ? 0 : words.data.length - 2
          range.setStart(words, from)
          range.setEnd(words, from + 1)
          return range.getBoundingClientRect().left
        })"""
    )
    assert order[0] < order[1], "the hour stands before AM or PM"
    launcher = page.locator(".launcher").bounding_box()
    assert launcher is not None
    assert launcher["x"] > 640, "the widget keeps its own side"
