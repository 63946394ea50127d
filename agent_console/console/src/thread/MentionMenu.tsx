/** The colleagues that fit what is typed behind an `@`, above the note. */
import "../locale/pages";
import { Options, type OptionsField } from "../components/Options";
import { words } from "../locale/words";
import { useStore } from "../store/store";
import { colleaguesFor } from "./mentions";

interface Props extends OptionsField {
  search: string;
  onPick: (name: string) => void;
}

export function MentionMenu({ search, onPick, ...field }: Props) {
  const agents = useStore((state) => state.agents);
  const me = useStore((state) => state.me?.id);
  const options = colleaguesFor(agents, search, me);
  if (options.length === 0) return null;
  return (
    <Options
      {...field}
      label={words("mentions.choose")}
      options={options}
      passesCtrl
      onPick={({ name }) => onPick(name)}
    >
      {({ name, availability }) => (
        <>
          <strong>
            @<bdi>{name}</bdi>
          </strong>{" "}
          <span>{words(`mentions.${availability}`)}</span>
        </>
      )}
    </Options>
  );
}
