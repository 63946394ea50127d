"use strict";
// The page that links in mails lead to: it makes this browser the customer of the link, and opens their chat.

const WORDS = {
  en: { title: "Chat", copy: "Send me this conversation by e-mail", copied: "It is on its way to the address you left.", again: "It was sent a moment ago. You can ask again in an hour.", none: "It cannot be sent: you left no address in this conversation.", here: "Your conversation is open.", open: "Open the chat", over: "This link no longer works. Open the chat on the site where you began it.", away: "The chat cannot be reached. Load this page again in a moment." },
  de: { title: "Chat", copy: "Dieses Gespräch per E-Mail schicken", copied: "Es ist unterwegs an die Adresse, die Sie hinterlassen haben.", again: "Es wurde gerade erst verschickt. In einer Stunde geht es wieder.", none: "Es kann nicht verschickt werden: Sie haben in diesem Gespräch keine Adresse hinterlassen.", here: "Ihr Gespräch ist geöffnet.", open: "Chat öffnen", over: "Dieser Link gilt nicht mehr. Öffnen Sie den Chat auf der Seite, auf der Sie ihn begonnen haben.", away: "Der Chat ist nicht erreichbar. Laden Sie diese Seite gleich noch einmal." },
  es: { title: "Chat", copy: "Enviarme esta conversación por correo", copied: "Va de camino a la dirección que dejó.", again: "Se envió hace un momento. Puede pedirla otra vez en una hora.", none: "No se puede enviar: no dejó ninguna dirección en esta conversación.", here: "Su conversación está abierta.", open: "Abrir el chat", over: "Este enlace ya no vale. Abra el chat en el sitio donde lo empezó.", away: "No se puede acceder al chat. Vuelva a cargar esta página en un momento." },
  fr: { title: "Chat", copy: "M'envoyer cette conversation par e-mail", copied: "Elle est en route vers l'adresse que vous avez laissée.", again: "Elle vient d'être envoyée. Vous pourrez la redemander dans une heure.", none: "Elle ne peut pas être envoyée : vous n'avez laissé aucune adresse dans cette conversation.", here: "Votre conversation est ouverte.", open: "Ouvrir le chat", over: "Ce lien n'est plus valable. Ouvrez le chat sur le site où vous l'avez commencé.", away: "Le chat est inaccessible. Rechargez cette page dans un instant." },
  ar: { title: "المحادثة", copy: "إرسال هذه المحادثة إلى بريدي الإلكتروني", copied: "هي في طريقها إلى البريد الإلكتروني الذي تركته.", again: "أُرسلت قبل قليل. يمكنك طلبها من جديد بعد ساعة.", none: "لا يمكن إرسالها: لم تترك بريدًا إلكترونيًا في هذه المحادثة.", here: "محادثتك مفتوحة.", open: "فتح المحادثة", over: "انتهت صلاحية هذا الرابط. افتح المحادثة في الموقع الذي بدأتها فيه.", away: "لا يمكن الوصول إلى المحادثة. أعد تحميل هذه الصفحة بعد لحظة." },
};
const locale = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in WORDS) ?? "en";
const words = WORDS[locale];
const root = new URL("..", document.baseURI);
const KEPT = "escalation:link"; // so that the page can be loaded again without its link

/** Where the widget keeps who it is. */
const keyOf = (site) => `escalation:${root.host}${root.pathname}${site}:customer`;

function send(path, body) {
  return fetch(new URL(path, root), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
  });
}

/** Who the link lets in; null if it is over. Raises if the service cannot be reached. */
async function identity() {
  const token = decodeURIComponent(location.hash.slice(1));
  if (token === "") return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const response = await send("api/v1/chat-links", { token });
  if (response.status >= 500 || response.status === 429) throw new Error(`the service answered ${response.status}`);
  if (!response.ok) return null;
  const { customer, token: own, site, name } = await response.json();
  localStorage.setItem(keyOf(site), JSON.stringify({ customer, token: own }));
  sessionStorage.setItem(KEPT, JSON.stringify({ site, name }));
  history.replaceState(null, "", location.pathname);
  return { site, name };
}

function tell(text) {
  document.getElementById("told").textContent = text;
}

async function askTranscript(site) {
  const { token } = JSON.parse(localStorage.getItem(keyOf(site)) ?? "{}");
  const { status } = await send("api/v1/transcripts", { token: token ?? "" });
  tell(status === 204 ? words.copied : status === 409 ? words.again : status === 404 ? words.none : words.away);
}

function showButton(id, text, pressed) {
  const button = document.getElementById(id);
  button.textContent = text;
  button.hidden = false;
  button.addEventListener("click", pressed);
}

function openChat({ site, name }) {
  document.title = name;
  document.getElementById("site").textContent = name;
  tell(words.here);
  showButton("open", words.open, () => window.escalationChat?.open());
  showButton("copy", words.copy, () => askTranscript(site).catch(() => tell(words.away)));
  const script = document.createElement("script");
  script.src = new URL("widget/widget.js", root).href;
  script.dataset.site = site;
  script.addEventListener("load", () => window.escalationChat?.open());
  script.addEventListener("error", () => tell(words.away));
  document.head.append(script);
}

async function start() {
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ar" ? "rtl" : "ltr";
  document.title = words.title;
  document.getElementById("site").textContent = words.title;
  const found = await identity();
  if (found === null) tell(words.over);
  else openChat(found);
}

start().catch(() => tell(words.away));
addEventListener("hashchange", () => location.reload()); // another link in the same tab
