/** A resource being read: loading, failed with a way to try again, or there. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { words, wordsFor } from "../locale/words";
import { Problem } from "./Problem";
import type { Resource } from "../wire/useResource";
import css from "./components.module.css";

export function Reading<T>({ resource, children }: { resource: Resource<T>; children: (value: T) => ReactNode }) {
  const { value, error, reload } = resource;
  return (
    <>
      {error && (
        <Problem>
          {words("learning.failed", { message: wordsFor("refusal", error.code, error.message) })}{" "}
          <Button size="compact-xs" variant="default" onClick={reload}>
            {words("learning.retry")}
          </Button>
        </Problem>
      )}
      {value !== null ? children(value) : !error && <p className={css.quiet}>{words("learning.loading")}</p>}
    </>
  );
}
