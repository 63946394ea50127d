"""REST of what happened in conversations: decisions of the bot, their words, a customer's other conversations."""

from escalation.protocol.frames.desk import RowView
from escalation.protocol.messages import Author
from escalation.protocol.rest.base import Moment, ResponseBody
from escalation.protocol.states import Action, Grounds, Outcome, Reason


class StoredGuess(ResponseBody):
    """One label that the classifier considered."""

    label: str
    score: float
    """0 to 1."""


class StoredNeighbour(ResponseBody):
    """A known example close to the customer's words, by its id."""

    example_id: str
    label: str
    similarity: float
    """Cosine of the two embeddings, -1 to 1."""


class StoredPart(ResponseBody):
    """One of several requests found in a turn: where it stands in the turn's text, in code points, and its guesses."""

    start: int
    end: int
    confidence: float
    novelty: float
    guesses: list[StoredGuess]
    neighbours: list[StoredNeighbour]


class StoredVote(ResponseBody):
    """What one model would have done with a turn by itself."""

    model: str
    intents: list[str]
    """What it saw asked for, one for each request; empty where the words only mention it."""
    confidence: float
    threshold: float
    """It would answer from this confidence on, 0 to 1."""
    accepts: bool
    """Whether it would have answered."""


class StoredVotes(ResponseBody):
    """The votes of the anchor, which answers, and of the live head, which vetoes and suggests."""

    anchor: StoredVote
    live: StoredVote
    vetoed: bool
    """The anchor would have answered, and the live head saw something else."""


class StoredDecision(ResponseBody):
    """What the bot decided for one turn, and on what grounds. It carries ids, no words."""

    id: str
    conversation: str
    customer: str
    at: Moment
    epoch: int
    """The epoch of control that it was decided under."""
    message_ids: list[str]
    """The customer's messages that it answers, oldest first."""
    action: Action
    reason: Reason | None
    """Why it was handed off; null for the other actions."""
    grounds: Grounds
    label: str | None
    model: str | None
    threshold: float | None
    """0 to 1."""
    confidence: float | None
    """Probability that the first guess is right, 0 to 1."""
    novelty: float | None
    """How unlike all known examples the turn was, 0 to 1."""
    guesses: list[StoredGuess]
    """Best first."""
    neighbours: list[StoredNeighbour]
    """Nearest first."""
    parts: list[StoredPart]
    """The requests found in the turn, where there are several; an answer then is one of each. `label` is the first
    one's, `confidence` the probability that all of theirs are right."""
    blind: bool
    """Whether what the model made of the turn is left out, as people's labels judge it (mode `shadow`)."""
    votes: StoredVotes | None
    """Null where no model was asked, and in decisions of before there were two."""


class DecisionPage(ResponseBody):
    """A page of decisions, oldest first."""

    decisions: list[StoredDecision]
    next: str | None
    """Ask for `after` this id to go on; null where the page was not full."""


class WordView(ResponseBody):
    """How much one word of the text speaks for the label."""

    start: int
    """Where the word begins in `text`, in code points."""
    end: int
    """The code point behind the word."""
    weight: float
    """The label's log-odds (natural logarithm) with the word minus without it."""


class DecisionWords(ResponseBody):
    """How much each word of a turn speaks for the decision's first guess."""

    decision: str
    model: str
    """The model that says so: the one that answers now."""
    label: str
    text: str
    """The turn's text as it is stored now."""
    words: list[WordView]
    """In reading order. Words beyond what the model reads are not among them."""


class LabelledMessages(ResponseBody):
    """Which messages of the customer a resolution made now would label."""

    message_ids: list[str]
    """Oldest first; empty where the customer has asked nothing yet. Those with words become the example."""


class ConversationList(ResponseBody):
    """Conversations as rows of the console's list."""

    conversations: list[RowView]
    """The newest first."""


class TextPart(ResponseBody):
    """A piece of a text."""

    text: str
    hit: bool
    """Whether it is one of the words looked for."""


class FoundText(ResponseBody):
    """Where the words looked for stand: the newest message that has most of them."""

    author: Author
    internal: bool
    """Whether it is a note."""
    parts: list[TextPart]


class RatingView(ResponseBody):
    """How satisfied the customer was with one stretch of the conversation."""

    score: int
    """1 (bad) to 5 (good)."""
    at: Moment
    comment: str
    """What the customer says of it; empty: nothing."""


class FoundConversation(ResponseBody):
    """A conversation that matches."""

    row: RowView
    """As it is now."""
    began_at: Moment
    found: FoundText | None
    """Null where no words were looked for."""
    ratings: list[RatingView]
    """The newest first."""


class FoundPage(ResponseBody):
    """A page of conversations, the newest begun first."""

    conversations: list[FoundConversation]
    next: str | None
    """Ask for `before` this to go on; null on the last page."""
    missing: int
    """How many conversations cannot be found yet, counted up to 1,000. A new one is indexed within seconds, those of
    before an upgrade within minutes."""


class ResolutionView(ResponseBody):
    """What an agent stored at the end."""

    label: str | None
    """An intent's name; null means out of scope. Of several requests the first one's."""
    title: str | None
    """Of several requests the titles of all, joined by commas."""
    agent_name: str | None
    at: Moment
    outcome: str
    """`solved`, `follow_up` or `abandoned`."""
    learn: bool
    """Whether it may become an example."""
    withdrawn_at: Moment | None


class EndingView(ResponseBody):
    """How a closed conversation ended."""

    outcome: Outcome | None
    closed_at: Moment | None
    closed_by: str | None
    """The name of the agent who closed it; null where nobody of the staff did."""
    resolutions: list[ResolutionView]
    """The newest first, withdrawn ones too."""
    ratings: list[RatingView]
    """The newest first."""
    answered: list[str]
    """Titles of the intents the bot answered, each once, the last answered first."""
