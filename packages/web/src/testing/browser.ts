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

/**
 * What makes the page hard to read as it is laid out: that it can only be read by scrolling sideways (at 320px that fails WCAG
 * 1.4.10; regions that scroll by themselves are not counted), and words that stand on other words. Empty when all is well.
 */
export async function layoutFaults(page: Page): Promise<string[]> {
  return (await page.evaluate(findLayoutFaults)) as string[];
}

// As text: these words mean something in the browser only, and the project's types are those of Node.
const findLayoutFaults = `(() => {
  const faults = [];
  const { documentElement } = document;
  if (documentElement.scrollWidth > documentElement.clientWidth) faults.push('scrolls sideways');
  const lines = [];
  const texts = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    const { parentElement } = text;
    if (text.data.trim() === '' || parentElement.closest('svg, [class*="visually-hidden"]')) continue;
    if (!parentElement.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const { left, top, right, bottom, height } of range.getClientRects()) {
      // The middle of the line: the boxes of two lines may touch where their letters do not.
      const line = { text, left: left + 1, right: right - 1, top: top + height / 4, bottom: bottom - height / 4 };
      for (let around = parentElement; around && around !== document.body; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        if (overflowX === 'visible' && overflowY === 'visible') continue;
        const box = around.getBoundingClientRect();
        line.left = Math.max(line.left, box.left);
        line.right = Math.min(line.right, box.right);
        line.top = Math.max(line.top, box.top);
        line.bottom = Math.min(line.bottom, box.bottom);
      }
      if (line.right - line.left > 2 && line.bottom - line.top > 2) lines.push(line);
    }
  }
  for (const [index, one] of lines.entries()) {
    const other = lines.slice(index + 1).find(
      ({ text, left, right, top, bottom }) =>
        text !== one.text && left < one.right && right > one.left && top < one.bottom && bottom > one.top,
    );
    if (other) faults.push('"' + other.text.data.trim() + '" stands on "' + one.text.data.trim() + '"');
  }
  return faults;
})()`;

/**
 * Looks at pages as they are, at the width of a small phone unless another is given, in a browser with JavaScript: axe is JavaScript, and so are the enhancements, so what
 * a browser without it shows is looked at in one with it. Gives what axe finds and faults of layout, each with the page's name.
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
    for (const fault of await layoutFaults(glass)) faults.push(`${name}: ${fault}`);
    await glass.unroute(`${origin}/shown`);
    return faults;
  };
}
