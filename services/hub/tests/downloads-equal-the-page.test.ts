import { disclosureRules, tableCatalogue } from '@practice-exchange/disclosure';
import { newId } from '@practice-exchange/platform';
import { wholeNetwork } from '@practice-exchange/protocol';
import type { Person } from '@practice-exchange/web';
import { unzipSync } from 'fflate';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveRelease, prepareRelease } from '../src/features/releases/releases.ts';
import { findRelease } from '../src/features/releases/store.ts';
import { exampleLearning } from '../src/testing/example-learning.ts';
import { exampleReturn } from '../src/testing/example-return.ts';
import { publishAs } from '../src/testing/publish-as.ts';
import { startTestHub, type TestHub } from '../src/testing/test-hub.ts';

const quarters = ['2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1'];
const quarter = '2026-Q1';
const people = ['ann', 'ben'].map((id) => ({ id, name: id, roles: ['analyst' as const] }));

describe('a published table', () => {
  let test: TestHub;
  /** By table, what was truly counted in each of its cells, in their order. Read of the draft, before it was approved. */
  const truths = new Map<string, readonly number[]>();

  beforeAll(async () => {
    test = await startTestHub({ statisticsArePublic: true }, people);
    const { context } = test.hub;
    for (const size of [40, 44, 12, 4]) {
      const log = publishAs(test, await test.enrol({ region: size < 20 ? 'north-east' : 'london' }));
      for (const [at, of] of quarters.entries()) {
        const referrals = size + 4 * at;
        // Six in all came from the police in each quarter, from three authorities.
        const police = size > 4 ? 2 : 0;
        const referralsBySource = { school: referrals / 2, health: referrals / 2 - police, police };
        const body = { ...exampleReturn(of, referrals), referralsBySource };
        await log.publish({ op: 'return', record: newId(), revision: 1, body });
      }
      for (let left = size / 4; left > 0; left -= 1) {
        const rare = left === 1 ? ({ outcome: 'escalated', ageBand: '16-to-17' } as const) : {};
        await log.publish({ op: 'publish', record: newId(), audience: wholeNetwork, body: exampleLearning(rare) });
      }
    }
    await sql`update learning_record set published_at = '2026-02-10T12:00:00Z'`.execute(context.database.db);
    const rows = await context.database.db
      .selectFrom('person')
      .select(['id', 'name', 'roles'])
      .orderBy('name')
      .execute();
    const [ann, ben] = rows as unknown as [Person, Person];
    const id = await prepareRelease(context, ann, { quarter, note: '' });
    await context.jobs.drain();
    const decided = await context.database.db
      .selectFrom('release_decision')
      .select(['table_id', 'decisions'])
      .where('release', '=', id)
      .execute();
    for (const { table_id: table, decisions } of decided)
      truths.set(
        table,
        decisions.map(({ count }) => count),
      );
    const draft = await findRelease(context.database, id);
    await approveRelease(context, ben, { id, contentHash: draft?.content_hash ?? '', auditNote: 'A test' });
  }, 120_000);
  afterAll(() => test.stop());

  const read = async (path: string) => (await fetch(`${test.url}${path}`)).text();

  /** The last column of a CSV: the published numbers and symbols, in the order of the cells. */
  async function csvOf(permalink: string): Promise<string[]> {
    const csv = await read(`/api/v1/tables/${permalink}/data.csv`);
    return csv
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(line.lastIndexOf(',') + 1));
  }

  async function jsonOf(permalink: string): Promise<string[]> {
    const { cells } = JSON.parse(await read(`/api/v1/tables/${permalink}`)) as {
      cells: { value?: number; symbol?: string }[];
    };
    return cells.map(({ value, symbol }) => symbol ?? String(value));
  }

  async function odsOf(permalink: string): Promise<string[]> {
    const bytes = await (await fetch(`${test.url}/api/v1/tables/${permalink}/table.ods`)).arrayBuffer();
    const content = new TextDecoder().decode(unzipSync(new Uint8Array(bytes))['content.xml']);
    const sheet = content.slice(content.lastIndexOf('<table:table '));
    const rows = [...sheet.matchAll(/<table:table-row>(.*?)<\/table:table-row>/g)].slice(1);
    return rows.map(([, row = '']) => [...row.matchAll(/<text:p>(.*?)<\/text:p>/g)].at(-1)?.[1] ?? '');
  }

  /** Every cell of the tables on a page that show this table, not those of its chart and its map. */
  async function pageOf(table: string, permalink: string): Promise<string[]> {
    const page = await read(`/tables/${permalink}`);
    const shown = [...page.matchAll(/<table class="govuk-table" id="([^"]+)">([\s\S]*?)<\/table>/g)];
    return shown
      .filter(([, id]) => id?.startsWith(`${table}-`) && !/-(chart|map)/.test(id))
      .flatMap(([, , body = '']) => [...body.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)])
      .map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '').replaceAll(',', ''));
  }

  const tables = () => tableCatalogue.tables.map(({ id }) => ({ id, permalink: `${id}-${quarter}-v1` }));
  const inBrackets = (cells: readonly string[]) => cells.map((cell) => (/^[a-z]$/.test(cell) ? `[${cell}]` : cell));

  it('says the same in its CSV, its JSON, its spreadsheet and on its page, cell by cell', async () => {
    const said = new Set<string>();
    for (const { id, permalink } of tables()) {
      const csv = await csvOf(permalink);
      for (const cell of csv) said.add(/^\d+$/.test(cell) ? 'number' : cell);
      expect(await jsonOf(permalink), id).toEqual(csv);
      expect(await odsOf(permalink), id).toEqual(inBrackets(csv));
      expect((await pageOf(id, permalink)).sort(), id).toEqual(inBrackets(csv).sort());
    }
    expect([...said].sort()).toEqual(['c', 'number', 'x']);
  });

  it('gives no small count away in any form, and rounds every number', async () => {
    let hidden = 0;
    for (const { id, permalink } of tables()) {
      const counts = truths.get(id) ?? [];
      const csv = await csvOf(permalink);
      expect(csv, id).toHaveLength(counts.length);
      for (const [at, count] of counts.entries()) {
        const cell = csv[at] ?? '';
        if (count >= 1 && count <= disclosureRules.smallest) {
          hidden += 1;
          expect(['c', 'x'], `${id} ${at}`).toContain(cell);
        } else if (/^\d+$/.test(cell)) {
          expect(Number(cell) % disclosureRules.base, `${id} ${at}`).toBe(0);
          expect(Math.abs(Number(cell) - count), `${id} ${at}`).toBeLessThan(disclosureRules.base / 2);
        }
      }
    }
    expect(hidden).toBeGreaterThanOrEqual(8);
  });
});
