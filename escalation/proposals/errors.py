"""What can be wrong with a request about proposed answers."""

from escalation.kernel.errors import Conflict, NotFound


class ProposalUnknown(NotFound):
    """No answer is proposed under this id: it never was, its resolution was withdrawn, or its words were erased."""

    code = "proposal_unknown"


class ProposalDecided(Conflict):
    """The proposed answer was approved or declined already."""

    code = "proposal_decided"


class ProposalNotDeclined(Conflict):
    """Only a declined proposal can be put back among those that wait."""

    code = "proposal_not_declined"
