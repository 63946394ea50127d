/** The templates that fit what is typed behind the slash, above the composer: arrows and Enter, or a click. */
import "../locale/pages";
import { useEffect, useState, type KeyboardEvent, type RefObject } from "react";
import { words } from "../locale/words";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import type { TemplateBody, TemplatesBody } from "../wire/resources";
import { useSignedIn, useSiteName } from "../wire/session";
import { useResource } from "../wire/useResource";
import { filled, found } from "./fill";
import css from "./templates.module.css";

/** Takes a key of the composer; returns whether it was meant for the menu. */
export type TakeKey = (event: KeyboardEvent) => boolean;

export interface TemplateMenuProps {
  id: string;
  search: string;
  site: string;
  keys: RefObject<TakeKey | null>;
  onActive: (option: string | undefined) => void;
  onPick: (text: string) => void;
  onClose: () => void;
}

function Empty() {
  const writes = may(useSignedIn().me, "write_templates");
  return (
    <p className={css.none} role="status">
      {words("templates.none")} {writes && <a href={hashOf({ page: "templates" })}>{words("templates.write")}</a>}
    </p>
  );
}

export function TemplateMenu({ id, search, site, keys, onActive, onPick, onClose }: TemplateMenuProps) {
  const { me } = useSignedIn();
  const siteName = useSiteName();
  const { value } = useResource<TemplatesBody>("templates");
  const [at, setAt] = useState(0);
  const options = value ? found(value.templates, search) : [];
  const current = options[Math.min(at, options.length - 1)];
  const option = (one: TemplateBody): string => `${id}-${one.id}`;
  const pick = (one: TemplateBody): void => onPick(filled(one.text, { agent: me.name, site: siteName(site) }));
  const active = current && option(current);
  useEffect(() => {
    onActive(active);
    return () => onActive(undefined);
  }, [active, onActive]);
  useEffect(() => {
    keys.current = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && options.length > 0)
        setAt((Math.min(at, options.length - 1) + step + options.length) % options.length);
      else if ((event.key === "Enter" || event.key === "Tab") && current) pick(current);
      else if (event.key === "Escape") onClose();
      else return false;
      return true;
    };
    return () => void (keys.current = null);
  });
  if (!value) return null;
  if (options.length === 0) return <Empty />;
  return (
    <ul id={id} role="listbox" aria-label={words("templates.choose")} className={css.menu}>
      {options.map((one) => (
        <li
          key={one.id}
          id={option(one)}
          role="option"
          aria-selected={one === current}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => pick(one)}
        >
          <strong>/{one.name}</strong> <span dir="auto">{one.text}</span>
        </li>
      ))}
    </ul>
  );
}
