"""What a client of staff knows of the desk: its rows and agents, the newest winning."""

from escalation.protocol.frames.desk import AgentView, DeskEnd, DeskPart, RowsChanged, RowView


class DeskState:
    """The followed stream `desk`. `apply` takes its frames in order of arrival."""

    def __init__(self) -> None:
        self.rows: dict[str, RowView] = {}
        self.agents: dict[str, AgentView] = {}
        self.complete = False
        self._pages: list[DeskPart] = []

    def apply(self, frame: DeskPart | DeskEnd | RowsChanged) -> None:
        """Take in one frame."""
        if isinstance(frame, DeskPart):
            self._pages.append(frame)
        elif isinstance(frame, DeskEnd):
            pages, self._pages = self._pages, []
            self.rows = {row.conversation: row for page in pages for row in page.rows}
            self.agents = {agent.id: agent for page in pages for agent in page.agents}
            self.complete = True
        else:
            self._change(frame)

    def interrupted(self) -> None:
        """Forget the pages of a snapshot that was cut off."""
        self._pages.clear()

    def _change(self, frame: RowsChanged) -> None:
        for row in frame.rows:
            known = self.rows.get(row.conversation)
            if known is None or row.seq >= known.seq:
                self.rows[row.conversation] = row
        for conversation in frame.gone:
            self.rows.pop(conversation, None)
        for agent in frame.agents:
            self.agents[agent.id] = agent
