"""How customers ask for a person in English, as patterns over normalised words. Pure.

A pattern sees one clause: lower case, no accents, apostrophes and hyphens as blanks, no other punctuation, typing
errors in the key words repaired (see `human_request`). Each is anchored by a word for a person *and*, unless it is the
whole clause, by a verb of wanting or reaching; and between the article and that word only adjectives that strengthen
it may stand, so that "the delivery person", "my insurance agent" or "a human hair brush" are left alone.
"""

from typing import Final

_REAL: Final = (
    r"(?:real|live|actual|human|living|breathing|proper|genuine|normal|customer|service|support|care|chat|phone|online|"
    r"available|trained|senior|helpful|sales|store|shop|flesh and blood|real life)"
)
_OTHER: Final = rf"(?:{_REAL}|different|other|same|new|single)"
_HUMAN: Final = (
    r"(?:human beings?|humans?|agents?|representatives?|reps?|operators?|advis[oe]rs?|managers?|supervisors?|"
    r"(?:real|live|actual) people|(?:staff|team) members?|members? of (?:the |your )?(?:staff|team))"
)
_STRONG: Final = rf"(?:{_HUMAN}|persons?)"
_NOUN: Final = rf"(?:{_STRONG}|associates?|specialists?|consultants?|colleagues?|employees?|assistants?)"
_A: Final = r"(?:an?|any|some|the|your|ur|this|that|one of your|one of ur|another)"
_PERSON: Final = (
    rf"(?:(?:{_A} )?(?:{_OTHER} ){{0,3}}{_NOUN}"
    r"(?! (?:hair|rights|resources?|sized?|shaped?|body|skull|orange|provocateur|trafficking|anatomy|samples?)\b))"
)
_SERVICE: Final = (
    r"(?:(?:the |your |a )?(?:live |human |real )?(?:customer (?:service|support|care|services|relations)|"
    r"(?:support|service|help) (?:team|staff|desk|line|department)|live (?:chat|support|help|assistance)|"
    r"human (?:support|help|assistance|service)|help ?desk))"
)
_SOMEONE: Final = r"(?:(?:some|any) ?(?:one|body))"
_ANYBODY: Final = rf"(?:{_PERSON}|{_SERVICE}|(?:the |your )?staff|your team|{_SOMEONE})\b"

_TALK: Final = r"(?:talk|speak|chat|connect|communicate|converse|be (?:connected|transferred|put through))"
_PUT: Final = (
    r"(?:connect|transfer|pass|hand|switch|forward|redirect|route|direct|put|send|get|take|move|refer|patch|bring)"
)
_ESCALATE: Final = r"(?:escalate|transfer|forward|hand|pass|redirect|switch|connect)"
_CASE: Final = (
    r"(?:(?:this|it|that|my|the)(?: (?:case|chat|call|issue|problem|ticket|request|conversation|complaint))? )?"
)
_ONTO: Final = (
    r"(?:(?:over|through|thru|off|back|straight|directly|in touch|in contact|in line|up|on the (?:line|phone)|"
    r"please) ){0,2}"
    r"(?:to|with|onto) "
)
_WANT: Final = (
    r"(?:want|wanna|need|needs|require|demand|prefer|give me|get me|gimme|get us|bring me|find me|send me|i said|"
    r"(?:i ?|woul)d (?:like|love|prefer|rather have)|ask(?:ed|ing)? for|request(?:ing)?|waiting for|hoping for|"
    r"(?:can|could|may) (?:i|we) (?:please )?(?:get|have)|let me have|put on|put me on|is there|are there|do you have|"
    r"have you got)(?: (?:to have|just|only|really|please))?"
)
_STOP: Final = (
    r"(?:$|(?= (?:please|pls|plz|now|right now|instead|here|asap|today|immediately|not|thanks|thank|who|that|"
    r"on the|on here|"
    r"because|bc|cause|cuz|and|or|so|already|if|ok|okay|quickly|fast|this time|available|i can|ffs|then|damn|lol|"
    r"rather|"
    r"to (?:talk|speak|chat|help|assist|answer|call|deal|sort|look|handle|fix|contact|reply|respond|explain|"
    r"resolve|review)|"
    r"for (?:this|that|help|support|assistance)|about|regarding|with this|at all)\b))"
)
_HELPS: Final = (
    r"(?:help|assist|look (?:at|into)|answer|call|contact|check|talk|speak|chat|reply|respond|review|handle|"
    r"message|ring|"
    r"deal|sort|explain|reach out|get back)"
)
_AVAILABLE: Final = r"(?:available|online|free|here|around|there|on duty)"
_FILLER: Final = (
    r"(?:please|pls|plz|now|right|a|an|the|just|only|ok|okay|hi|hello|hey|yo|thanks|thank|you|yes|yeah|well|so|"
    r"but|and|asap|"
    r"here|immediately|some|any|ffs|lol|i|me|omg|ugh|instead|again)"
)
_BOT: Final = r"(?:(?:chat ?)?(?:ro)?bots?|machines?|computers?|ai|automated (?:system|messages?|answers?))"
_DO_NOT: Final = r"(?:(?:do|does|did) ?n ?o?t|do not|don t|dont|doesnt)"

ASKING: Final = (
    # talk to a human, speak with someone, be transferred to customer service
    rf"\b{_TALK} (?:directly |live |right now |now )?(?:to |with ){_ANYBODY}",
    # prefer talking to a person; "am i talking to a person" asks what the bot is, and stays out
    rf"\b(?:prefer|rather|of|about|mind|like|possible) (?:talking|speaking|chatting) (?:to|with) {_ANYBODY}",
    # telegram style: speak representative
    rf"^(?:{_TALK}|call|contact|reach|get) (?:{_REAL} ){{0,2}}{_STRONG}{_STOP}",
    # connect me with an agent, put me through to somebody
    rf"\b{_PUT} (?:me|us) {_ONTO}{_ANYBODY}",
    # escalate this to your manager, hand the chat over to a human; "pass it to a person" may be about a parcel
    rf"\b{_ESCALATE} {_CASE}{_ONTO}(?:(?:an?|the|your|any) )?(?:{_REAL} ){{0,3}}(?:{_HUMAN}|(?:real|live|"
    rf"human) person)\b",
    rf"\b{_ESCALATE} {_CASE}{_ONTO}{_SERVICE}\b",
    # i want a human, get me your manager, is there a real person here
    rf"\b{_WANT} (?:{_A} )?(?:{_OTHER} ){{0,3}}{_STRONG}{_STOP}",
    rf"\b(?:want|need|give me|get me|gimme|(?:can|could) i (?:get|have)|would like) {_SERVICE}$",
    rf"\b(?:get|give|send|put) (?:me )?{_SOMEONE}(?: else)?(?: real| human)?(?: on| here)?(?: please| now| asap)*$",
    rf"\b(?:get|find|reach|contact|want|need) (?:me )?{_SOMEONE} (?:real|human)\b",
    # how do i reach a human, i cannot get through to your staff
    rf"\b(?:reach|get (?:a )?hold of|get ahold of|get through to|contact|deal with|"
    rf"hear from) (?:{_A} )?(?:{_OTHER} ){{0,3}}"
    rf"{_STRONG}{_STOP}",
    # is there someone i can talk to, who can i speak to
    rf"\b(?:{_PERSON}|{_SOMEONE}) (?:(?:that|who) )?(?:(?:i|we) (?:can|could) |to )(?:talk|speak|chat)\b",
    r"\bwho (?:can|do|could|should|would) (?:i|we) (?:need to |have to )?(?:talk|speak|chat) (?:to|with)\b",
    # can a real person help me, is an agent available
    rf"\b(?:can|could|would|may|have|let|will) (?:an?|any|some|one of your) (?:{_REAL} ){{0,3}}{_NOUN} (?:please |"
    rf"just )?{_HELPS}\b",
    rf"\b(?:is|are) (?:there )?(?:an?|any|the|your) (?:{_REAL} ){{0,3}}{_NOUN} {_AVAILABLE}\b",
    rf"^any (?:{_REAL} ){{0,3}}{_NOUN} {_AVAILABLE}$",
    r"^(?:please )?escalate(?: (?:this|it|me|(?:my|this|the) \w+))?(?: please| now)*$",
    # said in one word, or nearly
    rf"^(?:{_FILLER} ){{0,6}}(?:{_REAL} ){{0,3}}(?:{_STRONG}|{_SERVICE})(?: (?:{_FILLER}|{_STRONG})){{0,8}}$",
)
"""Ways of asking. Each counts only where no negation of ours stands right before it."""

REFUSING_BOTS: Final = (
    rf"\b{_DO_NOT} (?:want|wanna|like|need)(?: to)?(?: (?:talk|speak|chat|deal|talking|speaking|chatting)(?: to|"
    rf" with))? "
    rf"(?:(?:this|an?|the|your|some|any|stupid|dumb|useless|damn|to) ){{0,3}}{_BOT}(?: anymore| again| please)?$",
    r"^(?:please )?(?:no(?: more)?|not an?|stop(?: this| the)?) (?:chat ?)?(?:ro)?bots?(?: please| anymore)?$",
)
"""Asking for a person by refusing the machine; the negation is part of the pattern."""

NEGATED: Final = (
    r"(?:\b(?:do not|don ?t|does not|doesn ?t|did not|didn ?t|no need|not|never|without|instead of|rather than|"
    r"no longer|"
    r"avoid|stop)(?: (?:really|actually|even|want|wanna|need|needs|wish|have|having|like|to|get|me|trying|looking|"
    r"going|ever|"
    r"just|first|for|necessary|asking|being))* $)"
    r"|(?:(?<!how )(?<!where )(?<!why )(?<!when )\b(?:do|did|would|will|must|should) (?:i|we) (?:really |even |first )?"
    r"(?:(?:have|need|got) (?:to )?)?$)"
    r"|(?:\b(?:can|could|will|did|do|would|have) you (?:also |ever )?$)"
    r"|(?:\b(?:you|he|she|they|it|who|alexa|dog|cat|parrot|toy|doll) (?:can|could|will|cannot|can ?t) $)"
)
"""What, right before a way of asking, turns it into something else: "i don't want to", "do i have to", "can you"."""
