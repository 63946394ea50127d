"""The words of mails, in the languages of the widget. None of them is personal."""

from typing import NamedTuple


class Words(NamedTuple):
    """One language. `{site}` is the site's name, `{days}` how long the link works."""

    reply: tuple[str, str]
    """Subject and first line of a mail about a reply,"""
    transcript: tuple[str, str]
    """and of a transcript."""
    you: str
    assistant: str
    button: str
    link: str
    reason: str


ENGLISH = Words(
    reply=("{site} has answered you", "Somebody from {site} has answered you in the chat:"),
    transcript=("Your conversation with {site}", "This is your conversation with {site}, as you asked for it:"),
    you="You",
    assistant="Assistant",
    button="Go on with the chat",
    link="This link opens your conversation and works for {days} days. Do not pass it on: who has it can read along.",
    reason="You get this mail as you left your address in the chat of {site}. Please answer there, not to this mail.",
)
LANGUAGES = {
    "en": ENGLISH,
    "de": Words(
        reply=("{site} hat Ihnen geantwortet", "Jemand von {site} hat Ihnen im Chat geantwortet:"),
        transcript=("Ihr Gespräch mit {site}", "Das ist Ihr Gespräch mit {site}, wie Sie es gewünscht haben:"),
        you="Sie",
        assistant="Assistent",
        button="Im Chat weiterschreiben",
        link="Dieser Link öffnet Ihr Gespräch und gilt {days} Tage. "
        "Geben Sie ihn nicht weiter: Wer ihn hat, kann mitlesen.",
        reason="Sie bekommen diese E-Mail, weil Sie im Chat von {site} Ihre Adresse hinterlassen haben. "
        "Bitte antworten Sie dort, nicht auf diese E-Mail.",
    ),
    "es": Words(
        reply=("{site} le ha respondido", "Una persona de {site} le ha respondido en el chat:"),
        transcript=("Su conversación con {site}", "Esta es su conversación con {site}, como la pidió:"),
        you="Usted",
        assistant="Asistente",
        button="Seguir en el chat",
        link="Este enlace abre su conversación y vale {days} días. No lo comparta: quien lo tenga puede leerla.",
        reason="Recibe este correo porque dejó su dirección en el chat de {site}. Responda allí, no a este correo.",
    ),
    "fr": Words(
        reply=("{site} vous a répondu", "Une personne de {site} vous a répondu dans le chat :"),
        transcript=(
            "Votre conversation avec {site}",
            "Voici votre conversation avec {site}, comme vous l’avez demandée :",
        ),
        you="Vous",
        assistant="Assistant",
        button="Continuer dans le chat",
        link="Ce lien ouvre votre conversation et reste valable {days} jours. Ne le transmettez pas : "
        "qui l'a peut la lire.",
        reason="Vous recevez ce message car vous avez laissé votre adresse dans le chat de {site}. "
        "Répondez-y là-bas, pas à ce message.",
    ),
    "ar": Words(
        reply=("وصلك رد من {site}", "ردّ عليك أحد أعضاء فريق {site} في المحادثة:"),
        transcript=("محادثتك مع {site}", "هذه محادثتك مع {site} كما طلبت:"),
        you="أنت",
        assistant="المساعد الآلي",
        button="متابعة المحادثة",
        link="يفتح هذا الرابط محادثتك، ومدة صلاحيته بالأيام: {days}. لا تعطه لأحد: من يملكه يستطيع قراءة المحادثة.",
        reason="وصلتك هذه الرسالة لأنك تركت بريدك الإلكتروني في محادثة {site}. يرجى الرد هناك وليس على هذه الرسالة.",
    ),
}


def words_for(locale: str) -> Words:
    """Return the words for a locale such as `de-AT`; English ones for a language there is not."""
    return LANGUAGES.get(locale.partition("-")[0].lower(), ENGLISH)
