"""The page of reports: figures over days and by group lead to their definitions, in both themes and widths."""

import random
import sqlite3
import time
from contextlib import closing
from typing import Any

from playwright.sync_api import expect

from tests.benchmarks.reports import a_case
from tests.browser.conftest import Stage
from tests.browser.people import PATIENCE
from tests.browser.test_accessibility import at_both_widths, overflow, violations
from tests.browser.test_figures import lead_to_their_definitions

COMMENT = "it took three people and a poem"


def planted(stage: Stage, days: int, a_day: int) -> None:
    """Put cases of the last days into the demo's rows, the newest of them rated with a comment."""
    draw, now = random.Random(4), int(time.time())
    with closing(sqlite3.connect(stage.demo.database, timeout=10)) as database:
        people = [id for (id,) in database.execute("SELECT id FROM staff WHERE role = 'agent'")]
        intents = [name for (name,) in database.execute("SELECT name FROM intents LIMIT 12")]
        for number in reversed(range(days * a_day)):
            row: dict[str, Any] = a_case(
                draw, number, now - 86_400 * (number // a_day) - draw.randrange(40_000) - 4_000
            )
            row |= {"site": "demo", "queue": "general", "intent": draw.choice(intents)}
            row["agent"] = row["agent"] and draw.choice(people)
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            database.execute(f"INSERT INTO report_cases ({names}) VALUES ({marks})", row)
        at = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
        rated = f"INSERT INTO ratings (conversation, episode, at, score, comment) VALUES (?, 1, {at}, 2, ?)"
        database.execute(rated, [row["conversation"], COMMENT])
        database.commit()


def test_the_reports(stage: Stage) -> None:
    planted(stage, 14, 9)
    agent = stage.agent("sam")
    agent.page.goto(f"{stage.url}/console/#/reports")
    expect(agent.page.get_by_role("region", name="Every figure, by group")).to_be_visible(timeout=PATIENCE)
    lead_to_their_definitions(
        agent, "case", "automated", "durably-resolved", "csat", "handle-time", "missed-service-levels"
    )
    agent.page.get_by_text("beside a rating").or_(agent.page.get_by_text("beside ratings")).click()
    said = agent.page.get_by_role("listitem").filter(has_text=COMMENT)
    expect(said.get_by_role("link", name="2 of 5")).to_be_visible(timeout=PATIENCE)
    found = {"day": at_both_widths(agent.page, violations), "wide": at_both_widths(agent.page, overflow)}
    agent.page.get_by_role("button", name="Agent", exact=True).click()
    expect(agent.page.get_by_role("rowheader", name="Nobody of the staff")).to_be_visible(timeout=PATIENCE)
    lead_to_their_definitions(agent, "case")
    found["agent"] = violations(agent.page)
    agent.page.get_by_role("button", name="Team", exact=True).click()
    expect(agent.page.get_by_role("rowheader", name="No team")).to_be_visible(timeout=PATIENCE)
    expect(agent.page.get_by_text("No team is large enough")).to_be_visible(timeout=PATIENCE)
    found["team"] = violations(agent.page)
    with agent.page.expect_download() as download:
        agent.page.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename.startswith("report-team-")
    assert found == {"day": [[], []], "wide": [0, 0], "agent": [], "team": []}
