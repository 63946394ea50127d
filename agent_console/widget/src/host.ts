/**
 * The widget's element on somebody else's page: a shadow root that nothing of the page comes into.
 *
 * It stands beside the page's body, not in it, for three reasons. Pages that load the next page by script (Turbo, pjax,
 * client routers) put another body in place; a body with a `transform`, `filter` or `contain` would move what is fixed
 * to the window; and a page that makes its body `inert` behind its own dialog does not mean the chat. As a popover it is
 * also in the browser's top layer, in front of whatever the page stacks up.
 */

export type Theme = "light" | "dark";

export class Host {
  readonly element = document.createElement("escalation-chat");
  readonly root = this.element.attachShadow({ mode: "open" });
  /** What everything is drawn into; it carries the palette, which a page could overrule on the element itself. */
  readonly content = document.createElement("div");
  readonly #systemDark = matchMedia("(prefers-color-scheme: dark)");
  readonly #removed = new MutationObserver(() => this.#putBack());
  #theme: string | null;
  #gone = false;

  /**
   * @param theme `light` or `dark`; anything else is what the customer's system is set to
   * @param direction of the widget's words, whichever way the page is written
   * @param side `left` or `right`; anything else is where a line ends
   */
  constructor(styles: string, theme: string | null, direction: string, side: string | null) {
    this.element.popover = "manual";
    const left = side === "left" || (side !== "right" && direction === "rtl");
    this.content.className = left ? "widget left" : "widget";
    this.content.dir = direction;
    this.addStyles(styles);
    this.root.append(this.content);
    this.#theme = theme;
    this.#paint();
    this.#systemDark.addEventListener("change", () => this.#paint());
  }

  set theme(theme: string | null) {
    this.#theme = theme;
    this.#paint();
  }

  addStyles(styles: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.root.adoptedStyleSheets = [...this.root.adoptedStyleSheets, sheet];
  }

  /** Put it on the page, and back whenever the page throws it out. */
  attach(): void {
    this.moveTo(document.documentElement);
    this.#watch();
  }

  /** Have it in this element, in front of everything. Where the customer is in it stays as it is. */
  moveTo(parent: Element): void {
    if (this.#gone || (this.element.parentElement === parent && this.element.isConnected)) return;
    const focused = this.root.activeElement as HTMLElement | null;
    const scrolled = [...this.root.querySelectorAll(".thread")].map((one) => [one, one.scrollTop] as const);
    parent.append(this.element);
    if ("showPopover" in this.element) this.element.showPopover(); // older browsers: by z-index
    for (const [one, top] of scrolled) one.scrollTop = top;
    focused?.focus({ preventScroll: true });
  }

  /** Take it off the page for good. */
  remove(): void {
    this.#gone = true;
    this.#removed.disconnect();
    this.element.remove();
  }

  #paint(): void {
    const dark = this.#theme === "dark" || (this.#theme !== "light" && this.#systemDark.matches);
    this.content.classList.toggle("dark", dark);
  }

  #watch(): void {
    this.#removed.observe(document, { childList: true });
    this.#removed.observe(document.documentElement, { childList: true });
  }

  #putBack(): void {
    if (this.element.isConnected) return;
    this.moveTo(document.documentElement);
    this.#watch(); // it may be another element than before
  }
}
