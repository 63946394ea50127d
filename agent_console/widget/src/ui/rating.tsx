/** How a conversation was, once it is over: stars, and words if the customer has some. Part of `extras.tsx`. */

import { Component, createRef, type JSX } from "preact";
import type { Chat } from "../chat";
import { StarIcon } from "./seldom_icons";

const SCORES = [1, 2, 3, 4, 5] as const;
const MAX_COMMENT = 1_000;

interface Given {
  /** 0: nothing was chosen yet. */
  readonly score: number;
  readonly comment: string;
}

/** A score that was chosen counts too where the customer closes the chat, or leaves the page, before they send it. */
export class RatingCard extends Component<{ readonly chat: Chat }, Given> {
  readonly #button = createRef<HTMLButtonElement>();
  override state: Given = { score: 0, comment: "" };

  override componentDidMount(): void {
    addEventListener("pagehide", this.#send);
  }

  /** What the card grows by when a score is chosen comes into view. */
  override componentDidUpdate(_: unknown, before: Given): void {
    if (before.score === 0) this.#button.current?.scrollIntoView({ block: "nearest" });
  }

  override componentWillUnmount(): void {
    removeEventListener("pagehide", this.#send);
    this.#send();
  }

  readonly #send = (): void => {
    const { chat } = this.props;
    const { score, comment } = this.state;
    const { control, pending } = chat.thread.value;
    const goesOn = pending.length > 0; // a message that is on its way begins another episode
    if (score > 0 && control?.can_rate && !goesOn && !chat.rated.value) chat.rate(score, comment.trim());
  };

  override render({ chat }: { readonly chat: Chat }, { score }: Given): JSX.Element {
    const { words } = chat;
    if (chat.rated.value) {
      return (
        <p class="notice" role="status">
          {words.say("rated")}
        </p>
      );
    }
    return (
      <div class="card rating" role="group" aria-label={words.say("rate")}>
        <strong>{words.say("rate")}</strong>
        <div class="stars">
          {SCORES.map((one) => (
            <button
              key={one}
              type="button"
              class={one <= score ? "star lit" : "star"}
              aria-label={words.say("rate_score", { score: one })}
              aria-pressed={one === score}
              onClick={() => this.setState({ score: one })}
            >
              <StarIcon />
            </button>
          ))}
        </div>
        {score > 0 && this.#more()}
      </div>
    );
  }

  #more(): JSX.Element {
    const { words } = this.props.chat;
    return (
      <>
        <label for="comment">{words.say("rate_comment")}</label>
        <textarea
          id="comment"
          rows={3}
          dir="auto"
          maxLength={MAX_COMMENT}
          value={this.state.comment}
          onInput={(event) => this.setState({ comment: event.currentTarget.value })}
        />
        <button ref={this.#button} type="button" class="primary" onClick={this.#send}>
          {words.say("rate_send")}
        </button>
      </>
    );
  }
}
