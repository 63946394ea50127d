/** Mantine's tooltip with its styles. Fetched by `Hint`. */
import "@mantine/core/styles/Tooltip.layer.css";

export { Tooltip } from "@mantine/core";
