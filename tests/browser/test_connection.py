"""Connections break, pages are loaded again, the chat is open twice: nothing is lost and nothing comes twice."""

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE, Shopper


def test_a_message_written_without_a_connection_is_sent_once_it_is_back(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person()
    shopper.page.context.set_offline(True)
    shopper.say("written on a train in a tunnel")
    expect(shopper.own.filter(has_text="tunnel")).to_be_visible()
    expect(shopper.log.get_by_text("Will be sent when you are connected")).to_be_visible(timeout=PATIENCE)
    shopper.page.context.set_offline(False)
    agent.opens("written on a train in a tunnel")
    expect(shopper.log.get_by_text("Will be sent when you are connected")).to_have_count(0, timeout=PATIENCE)
    expect(shopper.own.filter(has_text="tunnel")).to_have_count(1)
    expect(agent.thread.get_by_text("tunnel")).to_have_count(1)


def test_what_was_not_sent_survives_loading_the_page_again(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person()
    blocked = "**/ws/customer"
    shopper.page.route_web_socket(blocked, lambda socket: socket.close(code=4003, reason="test"))
    shopper.page.reload()
    shopper.say("keep this for me")
    expect(shopper.own.filter(has_text="keep this for me")).to_be_visible()
    shopper.page.close()
    later = stage.watch(shopper.page.context.new_page())
    again = Shopper(later, stage.url)
    expect(again.own.filter(has_text="keep this for me")).to_have_count(1, timeout=PATIENCE)
    expect(again.log.get_by_text("Sending")).to_have_count(0)
    agent.opens("keep this for me")


def test_a_thread_is_there_again_after_loading_the_page(stage: Stage) -> None:
    shopper = stage.shopper().say("how do I reset my password")
    answer = shopper.is_answered()
    shopper.page.reload()
    shopper.sees("how do I reset my password")
    assert shopper.is_answered() == answer
    expect(shopper.own).to_have_count(1)


def test_who_was_away_for_too_long_is_told_that_the_conversation_is_a_new_one(stage: Stage) -> None:
    """The service closes with 4507 then; the widget becomes a new customer and keeps what was not sent."""
    shopper = stage.shopper().say("how do I reset my password")
    shopper.is_answered()
    closed: list[WebSocketRoute] = []

    def expire_once(socket: WebSocketRoute) -> None:
        closed.append(socket)
        if len(closed) == 1:
            socket.close(code=4507, reason="test")
        else:
            socket.connect_to_server()

    shopper.page.route_web_socket("**/ws/customer", expire_once)
    shopper.page.reload()
    note = shopper.chat.get_by_text("Your earlier one can no longer be shown here.")
    expect(note).to_be_visible(timeout=PATIENCE)
    expect(shopper.own).to_have_count(0)
    shopper.page.reload()
    expect(note).to_be_visible(timeout=PATIENCE)
    shopper.say("where is my parcel")
    shopper.is_answered()
    expect(shopper.own).to_have_count(1)
    shopper.page.reload()
    shopper.sees("where is my parcel")
    expect(note).to_have_count(0)


def test_two_tabs_of_one_customer_show_the_same(stage: Stage) -> None:
    stage.agent("tom")
    first = stage.shopper().wants_a_person()
    second = Shopper(stage.watch(first.page.context.new_page()), stage.url)
    second.sees("passing this on to a person")
    first.say("from the first tab")
    second.sees("from the first tab")
    second.say("and from the second")
    first.sees("and from the second")
    for tab in (first, second):
        expect(tab.own).to_contain_text(["from the first tab", "and from the second"], timeout=PATIENCE)


def test_an_agent_reads_on_where_the_connection_broke(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("one of two questions")
    agent.claims("one of two questions")
    agent.page.context.set_offline(True)
    expect(agent.page.get_by_role("button", name="Reconnecting")).to_be_visible(timeout=PATIENCE)
    shopper.say("two of two questions")
    agent.box.fill("an answer in the dark")
    agent.box.press("Control+Enter")
    agent.page.context.set_offline(False)
    expect(agent.thread.get_by_text("two of two questions")).to_be_visible(timeout=PATIENCE)
    shopper.sees("an answer in the dark")
    expect(shopper.log.get_by_text("an answer in the dark")).to_have_count(1)
    expect(agent.thread.get_by_text("an answer in the dark")).to_have_count(1)
    agent.resolves()


def test_complaint_read_on_one_device_and_unread_on_the_other(stage: Stage) -> None:
    """Both are open before; nothing is loaded again."""
    desk, phone = stage.agent("tom"), stage.agent("tom")
    stage.shopper().wants_a_person().say("read me on one device")
    unread = phone.row("read me on one device").get_by_text("Unread", exact=True)
    expect(unread).to_have_count(1, timeout=PATIENCE)
    desk.claims("read me on one device")
    expect(unread).to_have_count(0, timeout=PATIENCE)
    desk.resolves()


def test_widget_and_console_come_back_after_the_service_was_restarted(stage: Stage) -> None:
    agent = stage.agent("tom")
    shopper = stage.shopper().wants_a_person().say("before the restart")
    agent.claims("before the restart")
    stage.demo.restart()
    shopper.say("after the restart")
    expect(agent.thread.get_by_text("after the restart")).to_be_visible(timeout=2 * PATIENCE)
    expect(shopper.own.filter(has_text="restart")).to_have_count(2)
    agent.resolves()
