"""How customers ask for a person in Spanish, German, French, Portuguese, Italian and Arabic: the basic phrases. Pure.

The patterns see the same normalised clauses as the English ones: no accents, apostrophes and hyphens as blanks.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """The ways of asking in one language, and what right before them negates them."""

    code: str
    asking: tuple[str, ...]
    negated: str


_ES_ONE: Final = (
    r"(?:persona|human[oa]|ser humano|agente|asesora?|operadora?|representante|ejecutiv[oa]|encargad[oa]|supervisora?|"
    r"gerente|empleado|responsable)"
)
_ES_WHO: Final = (
    rf"(?:(?:un|una|algun|alguna|el|la|otro|otra|su|vuestro) )?(?:verdader[oa] )?(?:{_ES_ONE}(?: (?:real|"
    rf"human[oa]|de verdad|"
    r"fisica))?|alguien|servicio al cliente|atencion al cliente|soporte)(?! (?:de seguros|de viajes|mayor))"
)
_ES_POLITE: Final = r"(?: (?:por favor|porfavor|porfa|ya|ahora|real|human[oa]))*"
SPANISH: Final = Phrases(
    "es",
    (
        rf"\b(?:hablar|chatear|comunicar(?:me)?|contactar|conectar(?:me)?|platicar|hablo) con {_ES_WHO}\b",
        rf"\b(?:pas[ae](?:r?me)|pongame|ponme|comuniqu?eme|comunicame|conect[ae]me|transfier[ae]me|pasenme|"
        rf"me (?:pasas?|pones|"
        rf"comunicas?|transfieres?)) (?:a|con) {_ES_WHO}\b",
        rf"\b(?:quiero|necesito|quisiera|prefiero|deseo|dame|deme|solicito)(?: a)? (?:un|una) (?:{_ES_ONE})"
        rf"{_ES_POLITE}$",
        rf"^(?:(?:hola|un|una) )*(?:human[oa]|agente|persona real|persona humana|asesora?|operadora?|representante|"
        rf"agente human[oa]|ser humano|una persona|atencion al cliente|servicio al cliente){_ES_POLITE}$",
        r"\b(?:hay|puede) (?:alguna persona|algun humano|algun agente|una persona real|un humano)\b",
    ),
    r"\b(?:no|sin|nunca)(?: (?:quiero|necesito|quisiera|deseo|tengo que|hace falta|me))? $",
)

_DE_ONE: Final = (
    r"(?:menschen|mensch|mitarbeiter(?:in|n)?|person|berater(?:in)?|kundenberater(?:in)?|agenten|agent|"
    r"ansprechpartner(?:in)?|"
    r"kundendienst(?:mitarbeiter)?|vorgesetzten|jemand(?:em|en)?|kollegen|kundenservice|"
    r"service ?mitarbeiter(?:in)?|support)"
)
_DE_REAL: Final = r"(?:(?:echte|richtige|wirkliche|menschliche|reale|lebende|andere)[nrms]? )?"
_DE_A: Final = r"(?:(?:einem|einer|einen|eine|ein|ner|nem|nen|dem|der|den|ihrem|eurem|irgend) )?"
_DE_POLITE: Final = r"(?: (?:bitte|jetzt|sofort|sprechen|haben))*"
GERMAN: Final = Phrases(
    "de",
    (
        rf"\bmit {_DE_A}{_DE_REAL}{_DE_ONE} (?:\w+ ){{0,3}}(?:sprechen|reden|chatten|verbinden|schreiben|telefonieren|"
        r"verbunden|spreche|rede|unterhalten)\b",
        rf"\b(?:sprechen|reden|chatten|verbinde|verbinden sie|verbindet|verbind|spreche|rede) (?:\w+ ){{0,3}}mit "
        rf"{_DE_A}{_DE_REAL}{_DE_ONE}\b",
        rf"\b(?:will|mochte|moechte|brauche|brauch|wunsche|hatte gern|hatte gerne|verlange|gib mir|geben sie mir)"
        rf"(?: bitte| gern| gerne)? (?:einen|eine|nen|ne|ein) {_DE_REAL}(?:menschen|mitarbeiter(?:in)?|berater(?:in)?|"
        rf"ansprechpartner(?:in)?|person|agenten){_DE_POLITE}$",
        rf"^(?:hallo |bitte )?{_DE_A}(?:mensch|(?:echte|richtige|menschliche)[rn]? (?:mensch|menschen|mitarbeiter|"
        rf"person|"
        rf"berater)|mitarbeiter|kundenberater|kundendienst|kundenservice){_DE_POLITE}$",
        r"\b(?:kann ich|konnte ich) (?:bitte )?(?:jemanden|einen mitarbeiter|einen menschen) sprechen\b",
    ),
    r"\b(?:nicht|kein|keinen|ohne|nie)(?: (?:unbedingt|erst))? $",
)

_FR_ONE: Final = (
    r"(?:personne|humaine?|etre humain|agent|conseill(?:er|ere)|operat(?:eur|rice)|representante?|responsable|"
    r"employee?|"
    r"interlocut(?:eur|rice)|technicien|superieur)"
)
_FR_WHO: Final = (
    rf"(?:(?:(?:un|une|l|le|la|votre|vos|autre|vrai|vraie|veritable) ){{0,3}}{_FR_ONE}(?! (?:d assurance|immobilier))|"
    r"quelqu ?un|(?:le |votre )?service client)"
)
_FR_POLITE: Final = r"(?: (?:s ?il vous plait|s ?il te plait|svp|stp|reel|reelle|humaine?|maintenant))*"
FRENCH: Final = Phrases(
    "fr",
    (
        rf"\b(?:parler|discuter|echanger|communiquer|chatter|tchatter|dialoguer|entrer en contact) (?:a|avec|"
        rf"au) {_FR_WHO}\b",
        r"\b(?:parler|parle) au service client\b",
        rf"\b(?:mettez|passez|transferez|connectez|mets|passe|redirigez)(?: moi)?(?: en (?:relation|"
        rf"contact))?(?: avec| a| vers)? "
        rf"{_FR_WHO}\b",
        rf"\b(?:veux|voudrais|souhaite|aimerais|besoin d|exige|demande)(?: avoir)? (?:un |une |)(?:vrai |"
        rf"vraie )?{_FR_ONE}"
        rf"{_FR_POLITE}$",
        rf"^(?:(?:bonjour|un|une) )*(?:humain|etre humain|agent|agent humain|conseill(?:er|ere)|vrai humain|"
        rf"vraie personne|"
        rf"personne reelle|service client|operateur){_FR_POLITE}$",
    ),
    r"\b(?:pas|sans|jamais|plus)(?: (?:besoin de|envie de|a|de|vouloir))? $",
)

_PT_ONE: Final = (
    r"(?:pessoa|human[oa]|ser humano|atendente|agente|representante|operadora?|funcionari[oa]|responsavel|gerente|"
    r"supervisora?|consultora?)"
)
_PT_WHO: Final = (
    rf"(?:(?:(?:um|uma|algum|alguma|o|a|outro|outra) )?{_PT_ONE}(?! (?:de seguros|de viagens))|alguem|atendimento|"
    rf"suporte)"
)
_PT_POLITE: Final = r"(?: (?:por favor|pf|real|de verdade|human[oa]|agora|ja))*"
PORTUGUESE: Final = Phrases(
    "pt",
    (
        rf"\b(?:falar|conversar|comunicar|falo|contactar) com {_PT_WHO}\b",
        rf"\b(?:me (?:passa|passe|transfere|transfira|conecta|conecte|coloca|coloque)|passa me|passe me|transfira me|"
        rf"transferir)(?: em contato)? (?:para|pra|a|com) {_PT_WHO}\b",
        rf"\b(?:quero|preciso de|queria|gostaria de|prefiro|desejo)(?: ter)? (?:um|uma) {_PT_ONE}{_PT_POLITE}$",
        rf"^(?:(?:ola|oi|um|uma) )*(?:atendente|atendente human[oa]|humano|pessoa real|pessoa de verdade|operador|"
        rf"representante|ser humano|atendimento humano|falar com atendente){_PT_POLITE}$",
    ),
    r"\b(?:nao|sem|nunca)(?: (?:quero|preciso|queria|desejo|tenho que|preciso de))? $",
)

_IT_ONE: Final = (
    r"(?:persona|umano|essere umano|operat(?:ore|rice)|agente|rappresentante|addett[oa]|consulente|responsabile|"
    r"impiegat[oa]|"
    r"assistente)"
)
_IT_WHO: Final = (
    rf"(?:(?:(?:un|una|uno|l|il|la|altro|altra|vostro|vero|vera) ){{0,3}}{_IT_ONE}(?! (?:immobiliare|di viaggio))|"
    rf"qualcuno|"
    r"(?:il )?servizio clienti|(?:l )?assistenza)"
)
_IT_POLITE: Final = r"(?: (?:per favore|perfavore|grazie|reale|ver[oa]|uman[oa]|subito|adesso|in carne e ossa))*"
ITALIAN: Final = Phrases(
    "it",
    (
        rf"\b(?:parlare|chattare|comunicare|parlo|dialogare|mettermi in contatto) (?:con|a) {_IT_WHO}\b",
        rf"\b(?:mi (?:passi|passa|metta|metti|trasferisca|trasferisci|colleghi|collega)|passami|passatemi|mettimi|"
        rf"mettetemi)"
        rf"(?: in (?:contatto|linea))?(?: con| a)? {_IT_WHO}\b",
        rf"\b(?:voglio|vorrei|ho bisogno di|preferisco|esigo|chiedo)(?: avere)? (?:un|una) (?:vero |vera )?{_IT_ONE}"
        rf"{_IT_POLITE}$",
        rf"^(?:(?:ciao|salve|un|una) )*(?:operatore|operatrice|operatore umano|umano|persona reale|persona vera|"
        rf"vera persona|"
        rf"essere umano|servizio clienti|rappresentante){_IT_POLITE}$",
    ),
    r"\b(?:non|senza|mai)(?: (?:voglio|vorrei|ho bisogno di|devo|serve|dover))? $",
)

_AR_ONE: Final = (
    r"(?:ال)?(?:شخص|موظفة?|انسان|بشر|بشري|ممثل|مسوول|مسيول|مدير|مندوب|مشرف|وكيل|احد|حد|خدمة (?:ال)?(?:عملاء|زباين)|دعم)"
    r"(?: (?:(?:ال)?(?:حقيقية?|بشرية?|مباشر)|خدمة (?:ال)?(?:عملاء|زباين)))?"
)
_AR_POLITE: Final = r"(?: (?:من فضلك|من فضلكم|لو سمحت|لو سمحتم|رجاء|الان|فورا))*"
# Normalised: no vowel signs, alif without hamza, and hamza on its seat is the seat alone.
ARABIC: Final = Phrases(
    "ar",
    (
        rf"\b(?:(?:ال|لل|ل)?(?:تحدث|تكلم|تواصل|كلام|حديث)|[ان](?:تحدث|تكلم|تواصل)|احكي) (?:مع|الى|الي) {_AR_ONE}\b",
        rf"\b[ان](?:كلم|حدث|حادث) {_AR_ONE}\b",
        rf"\b(?:حولو?|وصلو?|انقلو?|اربطو?)(?:ني|نا) (?:(?:الى|الي|مع|على) |لل?|بال?)?{_AR_ONE}\b",
        rf"\b(?:اريد|احتاج|اود|ابغى|ابغي|ابي|عايز|عاوز|بدي|اطلب)(?: الى| الي)? {_AR_ONE}{_AR_POLITE}$",
        rf"^(?:(?:مرحبا|اهلا|من فضلك|لو سمحت) )*(?:(?:ال)?(?:موظف|انسان)(?: بشري)?|شخص حقيقي|(?:ممثل )?خدمة العملاء)"
        rf"{_AR_POLITE}$",
    ),
    r"\b(?:لا|لن|لم|بدون|مش|مو|ما)(?: (?:اريد|احتاج|اود|ابغى|ابغي|ابي|عايز|عاوز|بدي|ان|الى))* $",
)

LANGUAGES: Final = (SPANISH, GERMAN, FRENCH, PORTUGUESE, ITALIAN, ARABIC)
