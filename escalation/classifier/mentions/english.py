"""The English words that turn a request into a mention of it, as patterns over one clause. Pure.

A clause is lower case, without accents, apostrophes and punctuation: "don't" is "dont". A cue governs what stands
behind its pattern (`AFTER`), or the whole clause (`AROUND`).
"""

from typing import Final

# What may stand before the verb of a demand: "no wait please just do not ...".
_LEAD: Final = (
    r"(?:(?:no|wait|oh|ok|okay|hey|hi|hello|stop|actually|just|please|pls|plz|kindly|sorry|thanks|you|must|"
    r"should|and|"
    r"so|then|whatever|do|really|now|but|well) ){0,5}"
)
_I: Final = r"(?:i|we|nobody|no one)"
_NOT: Final = (
    r"(?:do not|dont|did not|didnt|no longer|never|not|am not|im not|ive never|would not|wouldnt|will not|wont|"
    r"have not|havent|had not|hadnt|shall not|need not|neednt|was not|wasnt|were not|werent|are not)"
)
_HERE: Final = r"(?: (?:really|actually|ever|even|currently|here|at all|yet|exactly|necessarily))*"
_WISH: Final = (
    r"(?:want(?:ed|ing)?|wanna|wish(?:ed|ing)?|need(?:ed|ing)?|intend(?:ed|ing)?|plan(?:ned|ning)?|ask(?:ed|ing)?|"
    r"request(?:ed|ing)?|try(?:ing)?|tried|look(?:ing)?|going|care|said|say|saying|told|tell|agree[ds]?|"
    r"authori[sz]ed?|"
    r"interested|gonna|after|about)"
)
# What people cannot do, do not know or did not get is a request for help with it, not its refusal.
TROUBLE: Final = (
    r"(?:know|understand|see|remember|find|have|got|get|getting|gotten|hear|heard|receive[ds]?|receiving|like|able|"
    r"possible|sure|work|works|worked|working|recogni[sz]e[ds]?|mean|meant|allowed|come|came|coming|go|going|gone|"
    r"through|"
    r"arrive[ds]?|arriving|show|shows|showing|shown|update[ds]?|happy|fit|fits|let|lets|accept|accepts|accepted|"
    r"there|"
    r"yet|"
    r"right|correct|enough|been|any|a|the|on|in|all|everything|that|this|what|as|much|many|only|turn|switch|"
    r"load|open|"
    r"start|appear|appeared|hot|think|mind|worry|feel|believe|seem|use|using|make|made|take|took|place[ds]?|"
    r"buy|bought|order|ordered|set|sign|signed|tell|told|match|add|added|say|i|we|you|they|it|he|she|my|your|"
    r"able to|give|given|gave|want|need|delivered|credited|reached|come|here|possible|done|anything|someone)"
)

REFUSED_AFTER: Final = (
    rf"^{_LEAD}(?:do not|dont|never|refrain from|avoid|on no account|under no circumstances)(?: ever| even| please)? "
    r"(?!(?:you|i|we|they|he|she|it|the|my|your|know|have|see|understand|think|remember|recogni[sz]e|worry|mind|"
    r"forget|"
    r"work|works|get(?! me)|got|like|want|need|received?|arrived?|came|ordered)\b)",
    rf"(?:\b{_I} (?:\w+ly )?{_NOT}{_HERE}|^(?:sorry |no )?not) {_WISH}\b",
    rf"\b{_I} (?:\w+ly )?{_NOT}{_HERE} be \w+ing\b",
    r"\b(?:no|without) (?:further |more )?(?:needs?|intentions?|wish(?:es)?|plans?|reasons?|interests?|desire|point|"
    r"use|way)\b",
    r"\byou (?:do not|dont|need not|neednt|must not|mustnt)(?: have to| need to)? (?!have|need|know|ship|sell|"
    r"take|offer|"
    r"accept|see|understand|deliver|answer)",
    r"\b(?:instead of|rather than|decided not to|decided against|not to|no longer (?:want|need|wish)|far from|"
    r"by no means|in no way|on no account|far be it from|never (?:asked|wanted|requested|needed|meant|said)|"
    r"without wanting|"
    r"can do without|can live without|do without|live without|who said|hate to|against|not after|not here)\b",
    r"\bno (?=\w+(?: \w+)? to (?:make|file|report|raise)\b)",
    r"^no (?!longer|one|idea|luck|matter|wait|parcel|delivery|answer|reply|news|sign|response|money|signal|trace)",
    r"\b(?:so|and|therefore|with|please) no (?=\w)",
)
"""Not wanted: what stands behind the pattern."""

REFUSED_AROUND: Final = (
    r"\b(?:out of the question|unnecessary|not necessary|not needed|none needed|no need|the last thing|not required|"
    r"never my idea|your idea|not my idea|not what i (?:asked|wanted|meant)|of no interest|never crossed my mind|"
    r"i would hate|id hate|would be a mistake|was a mistake|not on the cards|no \w+ (?:please|needed|for me|now)|"
    r"no (?:new|second|other|more) \w+|last thing|not interested|nobody (?:\w+ ){0,5}(?:asked|wants?|wanted|"
    r"requested))\b",
)
"""Not wanted: somewhere in the clause."""

DENIED_AFTER: Final = (
    rf"\b(?:i|we) {_NOT}{_HERE} (?!{TROUBLE}\b)",
    rf"\b(?:is|was|are|were|am|im|its|be) (?:not|never|neither|by no means|far from)(?: really| actually)? "
    rf"(?!{TROUBLE}\b)",
    rf"\b(?:isnt|wasnt|arent|werent)(?: really| actually)? (?!{TROUBLE}\b)",
    rf"\byou (?:did not|didnt|never|have not|havent) (?!{TROUBLE}\b|send\b|deliver\b|answer\b|reply\b)",
    r"\b(?:do not|dont) (?:think|believe) (?:my|i|the|that)\b",
    r"^(?:nobody|no one|nothing|none|neither)\b(?! (?:answers?|told|came|arrived|happens|works|helps?|replied|in)\b)",
)
"""Said not to be so: what stands behind the pattern."""

# What happened to a customer is trouble, not something done.
_SUFFERED: Final = (
    r"(?:charged|declined|rejected|refused|denied|damaged|delayed|debited|deducted|locked|blocked|compromised|hacked|"
    r"swallowed|supposed|failed|ordered|tried|noticed|wanted|needed|expected|promised|used|missed|stopped|"
    r"reverted|confused|interested|worried|disappointed|annoyed|need|indeed|feed|speed|exceed|succeed|proceed)"
)
_DID: Final = (
    rf"(?!{_SUFFERED}\b)(?:\w{{2,}}ed|sent|froze|frozen|bought|wrote|written|pulled|brought|chose|paid|found|spent)"
)
# Words whose past is their present; "a timer that is set to" is not done.
_SAME: Final = r"(?:set|reset|put|cut|let)"

NEGATED_NEXT: Final = (
    r"\b(?:not|never|nobody|neither|nor|(?:is|was|are|were|do|does|did|has|have|had|should|would|need|must)nt)\b"
    r"(?! (?:yet |even |still )?been (?:refunded|approved|sent|updated|credited|processed|delivered|paid|"
    r"answered|told|"
    r"helped|taken|added|contacted))"
    r"(?! (?:really |even |still |yet |be )?(?:know|knows|understand|see|remember|find|have|had|got|"
    r"get(?! \w+ed)|hear|"
    r"heard|receive[ds]?|work\w*|sure|what|an?|the|in|on|right|correct|much|many|real|enough|all|everything|order\w*|"
    r"send|sent|deliver\w*|show\w*|go|going|come|came|arriv\w*|appear\w*|update\w*|happy|like|able|possible|allowed|"
    r"recogni[sz]e\w*|mean|meant|fits?|lets?|accept\w*|there|through|yet|make|made|take|took|place[ds]?|give|gave|"
    r"turn|switch|load|open|start|connect\w*|add\w*|approv\w*|activ\w*)\b)"
)
"""Any negation but of what can be done: of the next word that carries something."""

DID: Final = (
    rf"\b(?:i|we|ive|weve|i ve|nobody|no one)(?: have| had)?(?: just| now| already| successfully| since| then|"
    rf" finally| "
    rf"both| recently)* ({_DID})\b",
    rf"\b(?:is|are|was|were|has been|have been|got|been)(?: now| already| all| just)* ({_DID})\b",
    rf"\b(?:already|ive|i have|i had|is|been|just) ({_SAME})\b",
    rf"\balready ({_DID})\b",
    rf"\b({_SAME}) (?:\w+ ){{1,5}}already\b",
    rf"\b({_DID}|{_SAME}) (?:\w+ ){{1,5}}(?:already|myself|by me)\b",
)
"""Reported as done: the verb in its past is the pattern's group."""

DONE_AROUND: Final = (
    r"\balready (?:have|had|got|made|took|did|done|gave|told|ordered|went|filed|placed|put|asked|there|there)\b",
    r"\b(?:have|had|got|made|took|did|done|gave|told|filed|placed) (?:\w+ ){1,5}(?:already|myself)\b",
    r"\b(?:(?:went|is|are) back|is done|came in|went through now|managed to|(?:is|are) (?:already|now))\b",
    r"\b(?:already|myself|by me)\b",
)
"""Reported as done: somewhere in the clause."""

_PERSON: Final = (
    r"(?:(?:best |little |older |younger |elderly )?(?:friend|mate|buddy|sister|brother|mum|mom|mother|dad|"
    r"father|wife|"
    r"husband|partner|boyfriend|girlfriend|son|daughter|cousin|uncle|aunt|neighbou?r|colleague|co worker|"
    r"coworker|boss|"
    r"flatmate|roommate|housemate|kid|child|grandma|grandmother|grandpa|grandfather|parents|client|customer|niece|"
    r"nephew)s?)"
)
_HELD_UP: Final = (
    r" (?:still |also |just )?(?:is (?:not )?(?:able|allowed)|has (?:not|nt|never|yet)|hasnt|have not|havent|did not|"
    r"didnt|does not|doesnt|never|can|cant|cannot|could|couldnt|may|should|will|would(?! like| love| rather)|"
    r"says|said|sent|and|or)\b"
)
_VERB_OF_OTHERS: Final = rf"(?!{_HELD_UP})(?: (?:just|also|already|once|recently|really|now|still))? \w+"
OTHERS_AFTER: Final = (
    rf"^{_LEAD}(?:my|a|our|this|one of my|some)(?: \w+)? ?{_PERSON}(?: of mine)?{_VERB_OF_OTHERS}",
    rf"^{_LEAD}my {_PERSON}(?!{_HELD_UP})\b",
    r"^(?:somebody|someone) else \w+",
)
"""Somebody else's: what stands behind the pattern."""

SUPPOSED_AFTER: Final = (
    r"\bwhat (?:would|will|could|might)?(?: happen(?:s|ed)?)? ?if (?:i|we|someone|somebody)\b",
    r"\bif (?:i|we|someone|somebody) (?:ever |one day )?(?:were to|was to|had|decided|happened|would)\b",
    r"^(?:suppose|supposing|hypothetically|imagine|assuming|were i to|theoretically)\b",
    r"\bin case (?:i|we) (?:ever )?(?:\w+ed|lost|broke|froze|sent|forgot)\b",
    r"^(?:if|in case) (?:i|we) (?:ever )?(?=\w+ed\b|lost\b|froze\b|sent\b)",
)
"""Supposed only: what stands behind the pattern."""

SETTLED: Final = (
    r"\b(?:turned up|was found|gave (?:it|my \w+) back|all (?:good|fine|settled|done|well)|is settled|false alarm|"
    r"my mistake|i was (?:wrong|mistaken)|turned out|it worked|is (?:sorted|solved|resolved|fixed)|sorted it)\b",
    r"\bworks (?:fine|now|again)\b|\bis \w+ again\b",
)
"""No longer an issue: no word of the intent is needed."""

WITHDRAWN: Final = (
    r"\bnever ?mind\b",
    r"^(?:(?:please|i|we|can you|could you|just|want to|would like to) )*(?:undo|take back|withdraw|revoke)\b",
    r"\bcancel (?:my|the|this|that|our) (?:return|exchange|refund|cancellation|complaint|request)\b",
    r"\b(?:i|we|nobody) (?:did not|didnt|never|have not|havent|was not|wasnt) (?:even |ever )?(?:ask(?:ed|ing)? for|"
    r"request(?:ed)?|do|say|said) (?:it|that|this|one|so|anything)$",
    r"^(?:please |just )*(?:keep|continue|go on) (?:sending|going)\b",
    r"^(?:no )?(?:wait|stop)(?: no| stop| please)?$",
    r"^(?:no|oh)(?: no)? wait\b",
    r"^(?:please |just |and |so |then |kindly )*(?:forget|scrap|ignore|disregard|drop) (?:it|that|this|about|"
    r"what|my|the|"
    r"all)\b",
    r"\b(?:changed my mind about|after all|on second thoughts?|thought better|ignore what|take (?:it|that) back|"
    r"scratch that)\b",
    r"^(?:please |just |and |so |then |no |wait |lets |actually |rather |i (?:would |d |will |ll )?(?:rather |"
    r"like to |"
    r"want to |prefer to )?|id like to |ill |id rather |we )*(?:keep|leave) (?:it|that|this|them|my|the|our|me|"
    r"everything|your)\b(?! (?:at|with|outside|in the|by|near|behind))",
    r"\b(?:must|is to|are to|may|can|will|should) stay\b",
    r"\bstays?(?: \w+)? (?:as|what|where|how) ?(?:it|they)\b",
    r"\b(?:as (?:it|they) (?:is|are|stands?)|is fine as|the way it is)\b",
    r"^(?:please |just |so |no )*let (?:it|them|everything|(?:the|my) \w+) (?:go|run|ship|stay|be|come|stand|"
    r"pass|through)\b",
)
"""Taken back: no word of the intent is needed."""

QUESTION: Final = (
    r"^(?:(?:and|so|but|ok|hi|hello|please) )*(?:how|hows|where|wheres|when|whens|what|whats|which|who(?! said)|"
    r"whos|why|"
    r"can|could|would|will|do(?! not)|does|did|is|are|may|shall|should|isnt|arent|wasnt|wont|wouldnt|doesnt|"
    r"didnt|cant|"
    r"couldnt|(?:dont|havent|hasnt) (?:i|you|we|they|he|she|it)|am i)\b"
)
"""A clause that asks; what it denies, it asks for."""

ASKED_WITHIN: Final = r"\b(?:how|where|who|can|could|what (?:should|do|can|must)|which)\b"
"""Behind a supposition: what is to be done then is asked."""

HELP_ASKED: Final = r"^(?:(?:and|so|but|please) )*(?:how|where|when|can|could|which)\b"
"""A question that needs no word of the intent: "how do I do that"."""

STATED: Final = (
    r"^(?:(?:i|we|it|they|he|she|im|ive|its|theyre|the|my|our|your|this|that|these|those|all|everything|thanks|"
    r"thank)\b|"
    r"(?:\w+ ){1,4}(?:is|are|was|were|would be)\b|\w+ing (?:\w+ ){0,3}would\b)"
)
"""How a clause begins that says something and asks for nothing."""

WISHED: Final = (
    rf"\b(?:{_SUFFERED}|please|pls|plz|can you|could you|want|wanna|need|would like|id like|like to|help|"
    rf"have to|must|how|where|"
    r"wrong|not|never|no|\w+nt|still|nothing|nobody|none)\b"
)
"""What makes a statement a request, or a report of trouble, which asks for help."""

CLAUSE_END: Final = (
    r"[.;:!?…()\[\]\"\n\r\t|/,]+|\s[-–—]+\s|\b(?:but|because|although|though|since|so|and)\b|(?<=\w)\s(?=please \w)"
)
"""Where a clause ends."""
