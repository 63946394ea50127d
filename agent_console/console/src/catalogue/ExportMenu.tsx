/** The catalogue as a file, in each format. */
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Menu.layer.css";
import { Button, Menu } from "@mantine/core";
import { words } from "../locale/words";
import { Icon } from "../components/Icon";
import { apiUrl } from "../wire/rest";
import css from "./catalogue.module.css";

const FORMATS = [
  ["yaml", "catalogue.yaml"],
  ["rasa", "nlu.yml"],
  ["jsonl", "examples.jsonl"],
  ["csv", "examples.csv"],
] as const;

export function ExportMenu() {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button size="compact-sm" variant="default" rightSection={<Icon name="down" size={14} />}>
          {words("catalogue.export")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(([format, file]) => (
          <Menu.Item key={format} component="a" href={apiUrl(`catalogue/export/${format}`)} download={file}>
            {words(`catalogue.export.${format}`)}
            <span className={css.hint}>{words(`catalogue.export.${format}.hint`)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
