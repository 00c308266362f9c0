import {
  ActionIcon,
  Button,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  Tooltip,
} from "@mantine/core";

/** The one accent; every other colour on a page has a meaning (see ui/tokens.css). */
const accent: MantineColorsTuple = [
  "#f1f0ff",
  "#e2e1fd",
  "#c4c1f8",
  "#a5a0f4",
  "#8a84f0",
  "#7770ec",
  "#6c64e8",
  "#5a52d5",
  "#4d46bd",
  "#3f39a2",
];

const gray: MantineColorsTuple = [
  "#fafafa",
  "#f4f4f5",
  "#e8e8ec",
  "#dcdce1",
  "#c6c6ce",
  "#9c9ca8",
  "#6f6f7b",
  "#52525c",
  "#34343b",
  "#1d1d22",
];

const dark: MantineColorsTuple = [
  "#ededf0",
  "#c4c4cd",
  "#a3a3af",
  "#74747f",
  "#43434d",
  "#303038",
  "#232329",
  "#17171b",
  "#111114",
  "#0b0b0d",
];

/** Mantine's defaults, tightened for dense tables. */
export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, gray, dark },
  autoContrast: true,
  fontFamily: '"Inter Variable", ui-sans-serif, system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, "SFMono-Regular", monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "28px" },
      h2: { fontSize: "16px", lineHeight: "24px" },
      h3: { fontSize: "14px", lineHeight: "20px" },
    },
  },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: "subtle", color: "gray" } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 300,
        withArrow: false,
        events: { hover: true, focus: true, touch: true },
      },
    }),
    Modal: Modal.extend({ defaultProps: { centered: true } }),
    Menu: Menu.extend({ defaultProps: { shadow: "md", withinPortal: true } }),
  },
});
