"""How customers begin without saying yet what it is about, in six languages, as patterns over whole clauses. Pure.

A pattern sees one clause as `human_request.clauses` gives it: lower case, no accents, apostrophes and hyphens as
blanks. It must match the clause whole, so that anything said beside it makes the message a request.
"""

from typing import Final

_EN_POLITE: Final = r"(?: (?:please|pls|plz|thanks|thank you|now|quickly|here|today|again|asap|real quick))*"
_EN_ASK: Final = r"(?:a |an |another |one |some |one more |a quick |a small |a little |just a |just one )?"
ENGLISH: Final = (
    r"(?:(?:hi|hello|hey|hiya|good (?:morning|day|afternoon|evening)|greetings|yo)(?: there| again| team| all|"
    r" everyone)?)",
    rf"(?:so |ok |okay |well |please )?(?:i|we) (?:just )?(?:have|got|ve got|have got|had) {_EN_ASK}"
    rf"(?:quick |short |small |simple |general )?(?:questions?|qs?|problems?|issues?|query|queries|request|concern)"
    rf"(?: for you| to ask| i need help with)?{_EN_POLITE}",
    rf"(?:a |quick |one |just a )*question{_EN_POLITE}",
    rf"(?:can|could|may|might) i (?:please )?ask (?:you )?(?:a |one |some |you a |a quick )?(?:question|something)s?"
    rf"{_EN_POLITE}",
    r"(?:i|we) (?:would like|d like|want|wanted|need|wish) to ask (?:you )?(?:something|a question|a quick question)",
    rf"(?:please )?(?:can|could|will|would|may) (?:you|u|someone|somebody|anyone|anybody) (?:please |pls )?"
    rf"(?:help|assist)(?: (?:me|us|out|me out))?(?: with (?:something|an issue|a problem|a question))?{_EN_POLITE}",
    rf"(?:i|we) (?:really |just |could )?(?:need|want|require|could use|would like) (?:some |your |a little |"
    rf"a bit of )?"
    rf"(?:help|assistance)(?: with something)?{_EN_POLITE}",
    rf"(?:please |pls )?help(?: me| us)?(?: out)?{_EN_POLITE}",
    r"(?:is )?(?:any ?(?:one|body)|some ?(?:one|body)) (?:there|here|around|online)",
    r"are you (?:there|here|around|online|still there)",
)
_DE_POLITE: Final = r"(?: (?:bitte|danke|mal|kurz|hier|noch))*"
GERMAN: Final = (
    r"(?:hallo|hi|hey|moin|servus|gruss gott|guten (?:tag|morgen|abend)|gruezi)(?: zusammen| da| ihr| team)?",
    rf"(?:ich|wir) (?:hatte|hatten|habe|hab|haben)(?: da| mal| noch| nur| kurz| gern| gerne)* (?:eine|ne|einige|"
    rf"ein|paar|ein paar)"
    rf"(?: kurze| kleine| allgemeine| schnelle)? (?:fragen?|problem|anliegen|bitte){_DE_POLITE}",
    rf"(?:eine |ne |kurze |nur eine )*frage{_DE_POLITE}",
    r"(?:darf|kann|durfte|konnte) ich (?:sie |dich |euch |ihnen |dir )?(?:mal |kurz |bitte )*(?:etwas|was|"
    r"eine frage) (?:fragen|stellen)",
    rf"(?:konnen|konnten|kannst|konntest|konnt) (?:sie|du|ihr) (?:mir|uns) (?:bitte |mal |kurz |vielleicht )"
    rf"*(?:helfen|weiterhelfen){_DE_POLITE}",
    r"(?:kann|konnte) (?:mir|uns) (?:hier |bitte |mal )*(?:jemand|wer|einer) (?:bitte |hier |mal )*(?:helfen|"
    r"weiterhelfen)",
    rf"(?:ich|wir) (?:brauche|brauch|brauchen|benotige|benotigen) (?:bitte |mal |etwas |ihre |eure |deine )"
    rf"*hilfe{_DE_POLITE}",
    rf"(?:bitte )?(?:hilfe|helfen sie mir|hilf mir|helft mir){_DE_POLITE}",
    r"ist (?:da |hier |dort )*(?:jemand|wer)(?: da| hier)?",
    r"(?:sind sie|bist du|seid ihr) (?:noch )?da",
)
_FR_POLITE: Final = r"(?: (?:s ?il vous plait|s ?il te plait|svp|stp|merci))*"
FRENCH: Final = (
    r"(?:bonjour|bonsoir|salut|coucou|hello|rebonjour)(?: a tous| madame| monsieur| l equipe)*",
    rf"(?:j ai|j aurais|nous avons|on a)(?: juste| seulement)? (?:une|des|un|quelques)(?: petite| petit)? (?:autre )?"
    rf"(?:questions?|problemes?|soucis?|demande)(?: a vous poser| a poser)?{_FR_POLITE}",
    rf"(?:une |juste une |petite )*question{_FR_POLITE}",
    rf"(?:puis je|je peux|est ce que je peux|pourrais je) (?:vous |te )?(?:poser une question|"
    rf"demander quelque chose){_FR_POLITE}",
    rf"(?:pouvez vous|pourriez vous|peux tu|est ce que vous pouvez|vous pouvez|quelqu ?un peut(?: il)?) (?:m|me|"
    rf"nous) ?aider{_FR_POLITE}",
    rf"(?:j ai|j aurais|nous avons) besoin (?:d aide|de votre aide|d un renseignement|d assistance){_FR_POLITE}",
    rf"(?:a l aide|aidez moi|aide moi|aide){_FR_POLITE}",
    r"(?:il )?(?:y a(?: t il)? |est ce qu il y a )(?:quelqu ?un)(?: ici)?",
    r"(?:vous etes|etes vous|tu es) la",
)
_ES_POLITE: Final = r"(?: (?:por favor|porfavor|porfa|gracias))*"
SPANISH: Final = (
    r"(?:hola|buenas|buenos dias|buenas tardes|buenas noches|buen dia)(?: a todos| que tal| buenas)*",
    rf"(?:tengo|tenemos|tenia)(?: solo)? (?:una|un|unas|algunas|otra)(?: pequena| pregunta| breve| rapida)* ?"
    rf"(?:preguntas?|dudas?|consultas?|problema|cuestion)(?: rapida| para ustedes)?{_ES_POLITE}",
    rf"(?:una |solo una )*(?:pregunta|consulta|duda){_ES_POLITE}",
    rf"(?:puedo|podria|me permite|quisiera|quiero|me gustaria) (?:hacer(?:le|te|les)?|preguntar(?:le|te|les)?)"
    rf" ?(?:una pregunta|una consulta|algo)?{_ES_POLITE}",
    rf"(?:me|nos) (?:puede|puedes|pueden|podria|podrias|podrian) ayudar{_ES_POLITE}",
    rf"(?:puede|puedes|pueden|podria|podrias|podrian|alguien puede|alguien podria) ayudar(?:me|nos){_ES_POLITE}",
    rf"(?:necesito|necesitamos|quiero|busco) (?:su |tu |un poco de )?ayuda{_ES_POLITE}",
    rf"(?:ayuda|ayudeme|ayudame|ayudenme){_ES_POLITE}",
    r"(?:hay )?alguien(?: ahi| aqui| por ahi)?",
    r"(?:esta|estas|estan) ahi",
)
PORTUGUESE: Final = (
    r"(?:ola|oi|bom dia|boa tarde|boa noite)(?: a todos| tudo bem)*",
    r"(?:tenho|temos) (?:uma|um|umas|algumas) (?:perguntas?|duvidas?|questao|problema)(?: por favor)?",
    r"(?:pode|podem|poderia|voce pode|alguem pode) (?:me )?ajudar(?: me)?(?: por favor)?",
    r"(?:preciso de|quero) (?:uma )?ajuda(?: por favor)?",
    r"(?:ajuda|ajude me|me ajuda)(?: por favor)?",
)
ITALIAN: Final = (
    r"(?:ciao|salve|buongiorno|buonasera|buon giorno)(?: a tutti)*",
    r"(?:ho|avrei|abbiamo) (?:solo )?(?:una|un|delle|alcune) (?:domand[ae]|problema|richiesta|dubbio)(?: per favore)?",
    r"(?:mi |ci )?(?:puo|puoi|potete|potrebbe|qualcuno puo) (?:mi )?aiutar(?:e|mi|ci)(?: per favore)?",
    r"(?:ho bisogno di|mi serve|vorrei) (?:un )?(?:aiuto|una mano)(?: per favore)?",
    r"(?:aiuto|aiutatemi)(?: per favore)?",
)
OPENINGS: Final = (*ENGLISH, *GERMAN, *FRENCH, *SPANISH, *PORTUGUESE, *ITALIAN)
"""Greetings, and sentences that say no more than that something will be asked."""

FILLERS: Final = (
    r"(?:please|pls|plz|thanks|thank you|thx|ok|okay|so|well|um|uh|hm+|sorry|excuse me|pardon)",
    r"(?:bitte|danke|vielen dank|entschuldigung|also|ja)",
    r"(?:merci|s ?il vous plait|svp|excusez moi|pardon)",
    r"(?:por favor|gracias|disculpe|perdon|perdona|grazie|per favore|scusi|obrigad[oa])",
)
"""What may stand beside an opening without making it a request; alone it is none."""

NUMBER_SAID: Final = (
    r"(?:my |the |here is my |this is my |it s )?(?:order|customer|tracking|invoice|reference|ticket|account|case)"
    r"(?: (?:number|no|nr|id|code))?(?: (?:is|was))? #",
    r"(?:meine |die )?(?:bestell|kunden|auftrags|rechnungs|sendungs)(?:ung|nummer| ?nr)?(?: (?:ist|lautet))? #",
    r"(?:mon |le )?(?:numero|no) (?:de )?(?:commande|client|suivi|facture)(?: est)? #",
    r"(?:mi |el )?numero (?:de )?(?:pedido|cliente|seguimiento|factura)(?: es)? #",
    r"(?:no|nr|number|id) #",
    r"#",
)
"""A number with no more than its name; `#` stands for the number."""

NAME_SAID: Final = (
    r"(?:my name is|my name s|name is|this is|i am|i m|it s)",
    r"(?:mein name ist|ich heisse|ich bin|hier ist|hier spricht)",
    r"(?:je m appelle|mon nom est|je suis|c est)",
    r"(?:me llamo|mi nombre es|soy)",
    r"(?:mi chiamo|sono|o meu nome e|meu nome e|chamo me|sou)",
)
"""What introduces a name."""

FIRST_NAMES: Final = frozenset({
    "adam", "ahmed", "alan", "albert", "alejandro", "alessandro", "alex", "alexander", "alexandra", "alice",
    "alina", "amelie", "ana", "andrea", "andreas", "andrew", "angela", "anna", "anne", "annika", "anthony",
    "antoine", "antonio", "arthur", "barbara", "beatriz", "ben", "benjamin", "bernd", "birgit", "brian", "camille",
    "carla", "carlos", "caroline", "catherine", "celine", "charles", "charlotte", "chloe", "chris", "christian",
    "christina", "christine", "christoph", "claire", "clara", "claudia", "clement", "daniel", "daniela", "david",
    "deborah", "denis", "diana", "diego", "dieter", "dominik", "dorothea", "edward", "elena", "elisabeth",
    "elizabeth", "elke", "ella", "emily", "emma", "eric", "erik", "eva", "fabian", "fatima", "felix", "fernando",
    "florian", "francesca", "francesco", "francisco", "franz", "frederic", "gabriel", "georg", "george", "gerd",
    "giovanni", "giulia", "giuseppe", "greta", "guillaume", "gunther", "hannah", "hans", "harry", "heike", "heinz",
    "helen", "helena", "helga", "hendrik", "henri", "henry", "hugo", "ian", "ines", "ingrid", "isabel", "isabella",
    "jakob", "james", "jan", "jana", "jane", "javier", "jennifer", "jens", "jessica", "joao", "joel", "johan",
    "johannes", "john", "jonas", "jonathan", "jorge", "jose", "joseph", "juan", "julia", "julian", "julie",
    "julien", "jurgen", "karen", "karin", "karl", "katharina", "katja", "kevin", "klaus", "laura", "lea", "leon",
    "leonie", "liam", "linda", "lisa", "louis", "louise", "luca", "lucas", "lucia", "ludwig", "luis", "luisa",
    "lukas", "manuel", "manuela", "marco", "margaret", "maria", "marie", "marina", "mario", "marion", "markus",
    "marta", "martin", "martina", "mateo", "mathieu", "matteo", "matthias", "maurice", "max", "maximilian",
    "melanie", "mia", "michael", "michaela", "michel", "miguel", "mohamed", "mohammed", "monica", "monika",
    "natalia", "nathalie", "nicolas", "nicole", "nina", "noah", "olga", "oliver", "olivier", "omar", "oscar",
    "pablo", "pascal", "patricia", "patrick", "paul", "paula", "pauline", "pedro", "peter", "petra", "philipp",
    "philippe", "pierre", "rachel", "rafael", "rainer", "ralf", "ramon", "raquel", "rebecca", "renate", "ricardo",
    "richard", "robert", "roberto", "rolf", "sabine", "samuel", "sandra", "sara", "sarah", "sebastian", "sergio",
    "silke", "silvia", "simon", "simone", "sofia", "sonja", "sophie", "stefan", "stefanie", "stephanie", "stephen",
    "steven", "susan", "susanne", "tanja", "teresa", "thomas", "tim", "tobias", "tom", "tomas", "ulrich", "ulrike",
    "ursula", "uwe", "valentina", "vanessa", "vera", "veronika", "victoria", "vincent", "walter", "werner",
    "wolfgang", "yasmin", "yusuf",
})  # fmt: skip
"""Frequent given names that are no words of a request; `mark`, `will`, `grace` and their like are left out."""

WITHOUT_VOWEL: Final = frozenset({
    "brrr", "cds", "cmd", "dhl", "dpd", "dvds", "gmbh", "gps", "grrr", "hdmi", "hmm", "hmmm", "html", "http",
    "https", "kcks", "km", "mpg", "msgs", "mwst", "nbsp", "ngl", "ntsc", "nvm", "pckg", "pdf", "pdfs", "pkgd",
    "pkgs", "plss", "pmt", "pmts", "psst", "pst", "sms", "smtp", "tbh", "thks", "thnks", "thnx", "thx", "tvs",
    "txn", "txns",
})  # fmt: skip
"""What people do write without a vowel; y and w count as vowels."""
