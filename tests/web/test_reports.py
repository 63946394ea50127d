"""REST of reports: figures and a file for supervisors, refused to others and for days that are none."""

from tests.waiting import until_now
from tests.web.service import WebService
from tests.web.test_sign_in import code

PATH = "/api/v1/reports"


def test_supervisors_read_what_was_counted(service: WebService) -> None:
    with service.customer_socket(service.customer()) as socket:
        socket.ask(type="say", text="where's my parcel??")
    with service.signed_in("sam") as sam:
        until_now(lambda: sam.get(PATH).json()["total"]["conversations"] > 0)
        asked = {"by": "queue", "zone": "Europe/Madrid"}
        found = sam.get(PATH, params=asked).json()
        assert (found["by"], found["zone"]) == ("queue", "Europe/Madrid")
        assert sum(row["figures"]["conversations"] for row in found["rows"]) == found["total"]["conversations"]
        answer = sam.get(f"{PATH}/csv", params=asked)
        assert answer.headers["content-type"].startswith("text/csv")
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.text.splitlines()[-1].startswith('"total","total",')
        for wrong in ({"zone": "Mars"}, {"since": "2026-02-02", "until": "2026-02-01"}):
            assert code(sam.get(PATH, params=wrong)) == "invalid"
        assert sam.get(f"{PATH}/comments", params={"zone": "Europe/Madrid"}).json() == {"comments": [], "count": 0}
        assert sam.get(f"{PATH}/comments/csv").text.startswith('"day","score","comment","conversation"')
        assert sam.get(PATH, params={"by": "mood"}).status_code == 422


def test_agents_read_no_reports(service: WebService) -> None:
    with service.signed_in("ana") as ana:
        assert code(ana.get(PATH)) == "forbidden"
        assert code(ana.get(f"{PATH}/csv")) == "forbidden"
        assert code(ana.get(f"{PATH}/comments")) == "forbidden"
