/** The console's own look on top of Mantine: deep teal, ink, warm neutrals; contrast as WCAG 2.2 AA asks for. */
import {
  convertCssVariables,
  createTheme,
  defaultCssVariablesResolver,
  defaultVariantColorsResolver,
  DEFAULT_THEME,
  localStorageColorSchemeManager,
  mergeMantineTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

const sea: MantineColorsTuple = [
  "#e6f4f2",
  "#cfe8e5",
  "#a3d3ce",
  "#74bdb6",
  "#4fa9a1",
  "#2f938b",
  "#1c7c75",
  "#11665f",
  "#0b5550",
  "#06403c",
];
const gray: MantineColorsTuple = [
  "#faf8f4",
  "#f3f0e9",
  "#e9e5db",
  "#dcd6c9",
  "#c5beb0",
  "#a09a8e",
  "#79766d",
  "#595a55",
  "#3c4140",
  "#23292a",
];
const dark: MantineColorsTuple = [
  "#e9e7e1",
  "#b9c0bf",
  "#97a2a2",
  "#5d6a6c",
  "#3c4a4d",
  "#2c383b",
  "#222c2f",
  "#182023",
  "#12181b",
  "#0c1113",
];
const ember: MantineColorsTuple = [
  "#fdeee8",
  "#f9d9cd",
  "#f2b49e",
  "#eb8d6d",
  "#e46f48",
  "#d4552c",
  "#b7431f",
  "#983618",
  "#7b2b14",
  "#5c200f",
];

/** Mantine chooses a filled colour's text by the light scheme's shade; ours differs in the dark one. */
const variantColors: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const own = !input.color || input.color === "sea" || input.color === "ember";
  return input.variant === "filled" && own ? { ...colors, color: "var(--on-sea)" } : colors;
};

export const theme = createTheme({
  variantColorResolver: variantColors,
  components: {
    Checkbox: { defaultProps: { iconColor: "var(--on-sea)" } },
    Radio: { defaultProps: { iconColor: "var(--on-sea)" } },
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
  },
  primaryColor: "sea",
  primaryShade: { light: 8, dark: 4 },
  colors: { sea, gray, dark, ember },
  autoContrast: true,
  luminanceThreshold: 0.179,
  white: "#fffefb",
  black: "#1b2325",
  fontFamily: "'Atkinson Hyperlegible Next Variable', 'Atkinson Hyperlegible Next', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "10px", lg: "14px", xl: "20px" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
});

/** The overrides Mantine's default contrasts need to pass AA in both schemes. */
const contrast: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "var(--paper)",
    "--mantine-color-text": "#1b2325",
    "--mantine-color-dimmed": "#565a55",
    "--mantine-color-error": "#983618",
    "--mantine-color-anchor": "#0b5550",
    "--mantine-color-placeholder": "#6a6b64",
    "--mantine-color-default-border": "#8f897c",
    "--mantine-color-sea-light-color": "#0b5550",
    "--mantine-color-ember-light-color": "#7b2b14",
    "--mantine-color-gray-light-color": "#3c4140",
  },
  dark: {
    "--mantine-color-body": "var(--paper)",
    "--mantine-color-text": "#e9e7e1",
    "--mantine-color-dimmed": "#a3adad",
    "--mantine-color-error": "#f2b49e",
    "--mantine-color-anchor": "#74bdb6",
    "--mantine-color-placeholder": "#8d9999",
    "--mantine-color-default-border": "#66767a",
    "--mantine-color-sea-light-color": "#a3d3ce",
    "--mantine-color-ember-light-color": "#f2b49e",
    "--mantine-color-gray-light-color": "#dcd6c9",
  },
});

/**
 * Put the theme's variables on the page through a constructed style sheet: Mantine would inject a style tag, which a
 * content security policy without 'unsafe-inline' forbids.
 */
export function adoptTheme(): void {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const [base, own] = [defaultCssVariablesResolver(merged), contrast(merged)];
  const css = convertCssVariables({
    variables: { ...base.variables, ...own.variables },
    light: { ...base.light, ...own.light, "--mantine-color-scheme": "light" },
    dark: { ...base.dark, ...own.dark, "--mantine-color-scheme": "dark" },
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Set the colour scheme before anything is drawn; from then on Mantine keeps it, in the same attribute. */
export function adoptScheme(): void {
  const wanted = localStorageColorSchemeManager().get("auto");
  const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset["mantineColorScheme"] = wanted === "auto" ? system : wanted;
}
