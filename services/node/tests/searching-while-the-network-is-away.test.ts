import { newId } from '@practice-exchange/platform';
import { openForm } from '@practice-exchange/web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GuardedNode, startGuardedNode } from './guarded-node.ts';

const words = 'dad won’t let us see the child';
const asked = new URLSearchParams([
  ['q', words],
  ['outcome', 'concern-reduced'],
  ['themes', 'families-and-communities'],
  ['familyEngagementEnd', 'cooperative'],
  ['favour', 'like-mine'],
  ['likeMine', 'yes'],
]);

/** The fields that the search form of a page would send if somebody pressed its button now. */
function fieldsOf(body: string): string[][] {
  const [form = ''] = /<form method="get"[\s\S]*?<\/form>/.exec(body) ?? [];
  return [...form.matchAll(/<input[^>]*>/g)].flatMap(([input]) => {
    const read = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(input)?.[1];
    const isSent = read('type') !== 'checkbox' || / checked/.test(input);
    return isSent && read('name') ? [[read('name') ?? '', read('value') ?? '']] : [];
  });
}

describe('searching while the network is away', () => {
  let node: GuardedNode;
  let open: (url: string) => Promise<Awaited<ReturnType<typeof openForm>>['answer']>;

  beforeAll(async () => {
    node = await startGuardedNode();
    const session = await node.signIn('practitioner');
    open = async (url) => (await openForm(session, url)).answer;
  });
  afterAll(() => node.stop());

  it.each(['/search', '/search/what-they-did'])(
    'keeps words and filters on %s, says what happened and offers to try again',
    async (path) => {
      const answer = await open(`${path}?${asked}`);
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.body).toMatch(/<h1[^>]*>The network cannot be reached<\/h1>/);
      expect(answer.body).toContain('The network’s hub cannot answer this at the moment.');
      expect(answer.body).not.toContain('Sorry, the service is unavailable');
      const fields = fieldsOf(answer.body);
      expect(fields.sort()).toEqual([...asked].sort());
      // The button sends the form that it is in, as it is by then; a page of results is asked for only by its button.
      const form = new RegExp(`<form method="get" action="${path}"[\\s\\S]*?</form>`).exec(answer.body)?.[0];
      expect(form).toMatch(/<button type="submit"[^>]*>\s*Try again/);
      const later = await open(`${path}?${asked}&page=3`);
      expect(later.body).toMatch(/<button type="submit" value="3" name="page"[^>]*>\s*Try again/);
      expect(answer.body).toContain('Remove filter');
      expect(answer.body).toMatch(/govuk-breadcrumbs__link" href="\/">Home</);
    },
  );

  it('has a title of its own for each search and each record, with the words only of a search that was not stopped', async () => {
    const titleOf = async (url: string) => /<title>([\s\S]*?)<\/title>/.exec((await open(url)).body)?.[1]?.trim() ?? '';
    const stopped = 'q=mother+of+Fennimora+Okonkwo+born+12/03/2011';
    const [first, second] = [newId(), newId()];
    const addresses = [
      ...['/search', '/search/what-they-did'].flatMap((path) =>
        ['', `?${asked}`, `?${asked}&page=3`, '?q=school', `?${stopped}`, `?${stopped}&outcome=concern-reduced`].map(
          (query) => `${path}${query}`,
        ),
      ),
      ...[`/learning/${first}`, `/learning/${second}`],
    ];
    const titles = new Map<string, string>();
    for (const address of addresses) titles.set(await titleOf(address), address);
    expect(titles.size).toBe(addresses.length);
    expect(await titleOf('/search?q=school')).toMatch(/^The network cannot be reached: search for “school” – /);
    expect(await titleOf(`/learning/${first}`)).toMatch(
      /^The network cannot be reached: learning record PX-[0-9A-F]{4}-[0-9A-F]{4} – /,
    );
    expect(await titleOf(`/search?${stopped}`)).toMatch(/^Your search was not sent, as it may identify somebody – /);
    for (const title of titles.keys()) expect(title).not.toMatch(/Fennimora|Okonkwo|2011|mother/);
  });

  it('says which filter of the address is not known, without taking its words for markup', async () => {
    const answer = await open('/search?q=school&setting=%3Cb%3Ebold%3C%2Fb%3E');
    expect(answer.body).toContain('This filter is not known here, so it was left out of your search');
    expect(answer.body).toContain('Setting “&lt;b&gt;bold&lt;/b&gt;”');
    expect(fieldsOf(answer.body)).toEqual([['q', 'school']]);
  });

  it('says of a record that the network is away, and leads back to it', async () => {
    const id = newId();
    const answer = await open(`/learning/${id}`);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toMatch(/<h1[^>]*>The network cannot be reached<\/h1>/);
    expect(answer.body).toMatch(new RegExp(`href="/learning/${id}"[^>]*>\\s*Try again`));
    expect(answer.body).not.toContain('Sorry, the service is unavailable');
  });

  it('says so where nothing answers at all, and writes the code of it in the log, but no word', async () => {
    await node.database.db.updateTable('membership').set({ hub_url: 'http://127.0.0.1:9' }).execute();
    const before = node.logLines.length;
    const answer = await open(`/search?${asked}`);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('The network’s hub does not answer at the moment.');
    const lines = node.logLines.slice(before).join('');
    expect(lines).toContain('hub-unreachable');
    expect(lines).not.toMatch(/dad|child|like-mine/);
  });

  it('says to somebody at a node without a network that it has not joined one', async () => {
    await node.database.db.deleteFrom('membership').execute();
    const answer = await open(`/search?${asked}`);
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toMatch(/<h1[^>]*>This node has not joined the network yet<\/h1>/);
    expect(fieldsOf(answer.body)).toContainEqual(['q', words]);
  });
});
