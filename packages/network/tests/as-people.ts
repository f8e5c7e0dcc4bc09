import { accessibilityFaults, layoutFaults } from '@practice-exchange/web/testing';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Network } from '../src/index.ts';

/** A browser of its own, signed in as the first person of an authority (or of the hub) who holds the role. */
export async function signInAs(
  { network, browser }: { network: Network; browser: Browser },
  authority: string,
  role: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const person = network.people.find(
    (candidate) => candidate.authority === authority && candidate.roles.includes(role),
  );
  if (!person) throw new Error(`nobody is ${role} at ${authority}`);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
  await page.goto(network.signInUrl(person));
  return page;
}

/** What is wrong with the page as it is: what axe finds, and faults of layout, at both widths. It must say that it is demo data. */
export async function look(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    for (const fault of await accessibilityFaults(page)) faults.push(`${name} at ${width}: ${JSON.stringify(fault)}`);
    for (const fault of await layoutFaults(page)) faults.push(`${name} at ${width}: ${fault}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(await page.getByText('Demo data').count(), `${name} says that it is demo data`).toBeGreaterThan(0);
  return faults;
}
