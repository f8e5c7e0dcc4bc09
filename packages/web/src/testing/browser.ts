import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Chromium is: `CHROMIUM_PATH`, else Debian's place. Null when it is not there. */
export function chromiumPath(): string | null {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  return existsSync(path) ? path : null;
}

/** Starts Chromium without a window and without talking to anyone but the pages it is given. Close it when done. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error('Chromium is not installed: install it, or say where it is with CHROMIUM_PATH');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** One thing that axe found on a page: the rule, how bad, what it asks and the markup it is about. */
export type AccessibilityFault = {
  readonly rule: string;
  readonly impact: string;
  readonly help: string;
  readonly where: readonly string[];
};

/** What axe finds on the page as it is now, by the rules of WCAG 2.2 A and AA and axe's best practices. Empty when all is well. */
export async function accessibilityFaults(page: Page): Promise<AccessibilityFault[]> {
  // No page of ours has frames, and nobody reads what passed: without both, axe takes half the time.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(({ id, impact, help, nodes }) => ({
    rule: id,
    impact: impact ?? 'unknown',
    help,
    where: nodes.map(({ html }) => html),
  }));
}

/** Whether the page can only be read by scrolling sideways: at 320px that fails WCAG 1.4.10. Regions that scroll by themselves are not counted. */
export async function scrollsSideways(page: Page): Promise<boolean> {
  // As text: these words mean something in the browser only, and the project's types are those of Node.
  return (await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')) === true;
}

/**
 * Looks at pages as they are, at the width of a small phone unless another is given, in a browser with JavaScript: axe is JavaScript, and so are the enhancements, so what
 * a browser without it shows is looked at in one with it. Gives what axe finds and sideways scrolling, each with the page's name.
 */
export function lookingGlass(browser: Browser): (page: Page, name: string, width?: number) => Promise<string[]> {
  const glasses = new Map<string, Page>();
  return async (page, name, width = 320) => {
    const { origin } = new URL(page.url());
    const body = await page.content();
    const glass = glasses.get(origin) ?? (await (await browser.newContext()).newPage());
    glasses.set(origin, glass);
    await glass.setViewportSize({ width, height: 800 });
    await glass.route(`${origin}/shown`, (route) => route.fulfill({ contentType: 'text/html', body }));
    await glass.goto(`${origin}/shown`);
    const faults = (await accessibilityFaults(glass)).map(({ rule, where }) => `${name}: ${rule} ${where.join(' ')}`);
    if (await scrollsSideways(glass)) faults.push(`${name}: scrolls sideways`);
    await glass.unroute(`${origin}/shown`);
    return faults;
  };
}
