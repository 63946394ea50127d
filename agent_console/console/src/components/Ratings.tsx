/** What a customer made of a conversation, each time with what they said beside it. */
import { moment, words } from "../locale/words";
import type { CustomerBody } from "../wire/resources";
import { Figure } from "./Figure";
import results from "./results.module.css";

type Rating = CustomerBody["conversations"][number]["ratings"][number];

export function Ratings({ ratings }: { ratings: readonly Rating[] }) {
  return ratings.map(({ at, score, comment }) => (
    <span key={at} className={results.quiet}>
      <Figure term="rating" linked="apart">
        {words("customers.rated", { score, time: moment(at) })}
      </Figure>
      {comment && <bdi> “{comment}”</bdi>}
    </span>
  ));
}
