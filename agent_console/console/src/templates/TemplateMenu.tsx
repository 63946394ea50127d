/** The templates and macros that fit what is typed behind the slash, above the composer. */
import "../locale/pages";
import { Options, type OptionsField } from "../components/Options";
import { words } from "../locale/words";
import { stepsWords } from "../macros/macro";
import { runMacro } from "../macros/run";
import { may } from "../store/permissions";
import { hashOf } from "../store/route";
import type { MacroBody, MacrosBody, TemplateBody, TemplatesBody } from "../wire/resources";
import { useSignedIn, useSiteName } from "../wire/session";
import { useResource } from "../wire/useResource";
import { filled, found } from "./fill";
import css from "./templates.module.css";

interface Props extends OptionsField {
  search: string;
  site: string;
  conversation: string;
  onPick: (text: string) => void;
}

function Empty() {
  const writes = may(useSignedIn().me, "write_templates");
  return (
    <p className={css.none} role="status">
      {words("templates.none")} {writes && <a href={hashOf({ page: "templates" })}>{words("templates.write")}</a>}
    </p>
  );
}

/** A macro in the menu: its text says what it will do. */
const asOption = (macro: MacroBody): TemplateBody => ({ ...macro, text: stepsWords(macro) });

export function TemplateMenu({ search, site, conversation, onPick, ...field }: Props) {
  const { me } = useSignedIn();
  const siteName = useSiteName();
  const { value } = useResource<TemplatesBody>("templates");
  const macros = useResource<MacrosBody>("macros").value?.macros ?? [];
  const options = value ? found([...value.templates, ...macros.map(asOption)], search) : [];
  const pick = (one: TemplateBody): void => {
    const macro = macros.find(({ id }) => id === one.id);
    onPick(macro ? "" : filled(one.text, { agent: me.name, site: siteName(site) }));
    if (macro) void runMacro(macro, conversation);
  };
  return (
    <>
      {value && options.length === 0 && <Empty />}
      <Options {...field} label={words("templates.choose")} options={options} onPick={pick}>
        {({ name, text }) => (
          <>
            <strong>/{name}</strong> <span dir="auto">{text}</span>
          </>
        )}
      </Options>
    </>
  );
}
