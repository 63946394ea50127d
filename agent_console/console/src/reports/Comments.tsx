/** What customers said beside the ratings that CSAT counts: shut until it is asked for. */
import { Button } from "@mantine/core";
import { Figure } from "../components/Figure";
import { counted, words } from "../locale/words";
import { hashOf } from "../store/route";
import { apiUrl } from "../wire/rest";
import type { CommentListBody } from "../wire/resources";
import { useResource } from "../wire/useResource";
import { dayName } from "./names";
import { pathOf, type Wanted } from "./range";
import css from "./reports.module.css";

type Comment = CommentListBody["comments"][number];

function Said({ conversation, score, day, comment }: Comment) {
  return (
    <li>
      <span className={css.quiet}>
        <Figure term="rating" linked>
          {words("ending.rating.score", { score })}
        </Figure>
        {` · ${dayName(day)} `}
        <a href={hashOf({ page: "conversations", conversation })}>{words("reports.comments.open")}</a>
      </span>
      <p dir="auto">{comment}</p>
    </li>
  );
}

export function Comments({ wanted }: { wanted: Wanted }) {
  const { value } = useResource<CommentListBody>(pathOf(wanted, "reports/comments"));
  if (!value || value.count === 0) return null;
  const shown = value.comments.length;
  return (
    <details className={css.comments}>
      <summary>
        <Figure term="csat">{counted("reports.comments", value.count)}</Figure>
      </summary>
      {shown < value.count && (
        <p className={css.quiet}>
          <Figure term="csat">{words("reports.comments.newest", { shown })}</Figure>
        </p>
      )}
      <ul>
        {value.comments.map((one) => (
          <Said key={`${one.conversation}.${one.at}`} {...one} />
        ))}
      </ul>
      <Button
        size="compact-sm"
        variant="default"
        component="a"
        href={apiUrl(pathOf(wanted, "reports/comments/csv"))}
        download
      >
        {words("reports.comments.download")}
      </Button>
    </details>
  );
}
