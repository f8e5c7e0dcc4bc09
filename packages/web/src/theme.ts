/** The branding of an installation: colours as `#rrggbb`. White text on `brand` and on `button` needs a contrast of 4.5 to 1. */
export type Theme = {
  /** Header, headline bars, current navigation. */
  readonly brand: string;
  /** The line under the header. */
  readonly accent: string;
  /** Main buttons. */
  readonly button: string;
  readonly buttonHover: string;
  readonly buttonShadow: string;
};

/** Deep teal with a warm line beneath it. */
export const defaultTheme: Theme = {
  brand: '#0a4a52',
  accent: '#e3b04b',
  button: '#0b5d66',
  buttonHover: '#084850',
  buttonShadow: '#04282d',
};

/** Throws a sentence for each colour that is not `#rrggbb` or cannot carry white text. */
export function checkTheme(theme: Theme): void {
  const faults: string[] = [];
  for (const [name, colour] of Object.entries(theme)) {
    if (!/^#[0-9a-f]{6}$/i.test(colour))
      faults.push(`the theme's ${name} is ${JSON.stringify(colour)}: give it as #rrggbb`);
  }
  if (faults.length === 0) {
    for (const name of ['brand', 'button', 'buttonHover'] as const) {
      const contrast = contrastWithWhite(theme[name]);
      if (contrast < 4.5)
        faults.push(
          `the theme's ${name} ${theme[name]} has a contrast of ${contrast.toFixed(1)} with white: 4.5 is needed`,
        );
    }
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
}

/** The contrast ratio with white text, as WCAG 2.2 defines it. */
function contrastWithWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
