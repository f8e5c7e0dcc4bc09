import { openForm, postForm, signInAs } from '@practice-exchange/web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsFor } from '../src/features/anonymisation/checking.ts';
import { beginReview, readReview } from '../src/features/reviews/reviews.ts';
import { answerIntruderQuestion } from '../src/features/signing-off/signing-off.ts';
import { cleanRecord, type GuardedNode, startGuardedNode, workingFrom } from './guarded-node.ts';

let node: GuardedNode;
beforeAll(async () => {
  node = await startGuardedNode();
});
afterAll(() => node.stop());

const empty = { prose: {}, codes: {}, audience: { scope: 'network' } } as const;
const begin = () => beginReview(node.context, node.people.author, empty);
const page = (id: string, section: string) => `/reviews/${id}/section/${section}`;
const working = async (id: string) => (await readReview(node.context, id)).working;
const basisIn = (body: string) => /name="basis" value="([^"]*)"/.exec(body)?.[1] ?? '';

async function trailOf(id: string) {
  const rows = await node.database.db
    .selectFrom('audit_entry')
    .select(['action', 'detail'])
    .where('subject', '=', id)
    .orderBy('id')
    .execute();
  return rows.map(({ action, detail }) => ({ action, detail: detail as Record<string, unknown> }));
}

/** Opens a page of the journey and gives the token and the state of the section that it carries. */
async function open(session: Parameters<typeof openForm>[0], id: string, section: string) {
  const { answer, token } = await openForm(session, page(id, section));
  return { body: answer.body, token, basis: basisIn(answer.body) };
}

describe('a page of the journey', () => {
  it('is saved when its author goes on, leads to the next, and is written in the audit trail', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const { token, basis } = await open(session, id, 'situation');
    const answer = await postForm(
      session,
      page(id, 'situation'),
      { basis, situation: '  A school was worried.\r\nVery.  ' },
      token,
    );
    expect(answer.headers.location).toBe(page(id, 'what-you-did'));
    expect((await working(id)).prose).toEqual({ situation: 'A school was worried.\nVery.' });
    expect((await open(session, id, 'what-you-did')).body).toMatch(/Draft saved at \d\d:\d\d/);
    expect((await trailOf(id)).at(-1)).toEqual({
      action: 'review-edited',
      detail: { version: 2, section: 'situation' },
    });
  });

  it('keeps what is too long and says so in the summary and beside the field, in the same words', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const { token, basis } = await open(session, id, 'title');
    const title = 'Long '.repeat(40).trim();
    const answer = await postForm(session, page(id, 'title'), { basis, title, summary: 'Short.' }, token);
    expect(answer.statusCode).toBe(400);
    expect(answer.body.match(/Title: use 160 characters or fewer/g)).toHaveLength(2);
    expect(answer.body).toContain('<title>Error: ');
    expect((await working(id)).prose).toEqual({ title, summary: 'Short.' });
  });

  it('can be left half-finished', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const { token, basis } = await open(session, id, 'child');
    const answer = await postForm(session, page(id, 'child'), { basis, ageBand: '13-to-15', next: 'later' }, token);
    expect(answer.headers.location).toBe(`/reviews/${id}`);
    expect((await working(id)).codes).toEqual({ ageBand: '13-to-15' });
    const list = await openForm(session, `/reviews/${id}`);
    expect(list.answer.body).toContain('Incomplete');
  });

  it('takes no code that the vocabulary does not hold, and no audience that names nobody', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const themes = await open(session, id, 'themes');
    await postForm(session, page(id, 'themes'), { basis: themes.basis, themes: 'made-up' }, themes.token);
    const audience = await open(session, id, 'audience');
    const answer = await postForm(
      session,
      page(id, 'audience'),
      { basis: audience.basis, audience: 'regions' },
      audience.token,
    );
    expect(answer.body).toContain('Select who may see it, and which');
    expect(await working(id)).toEqual(empty);
  });

  it('voids no approval when nothing in it was changed', async () => {
    const { id } = await node.approve();
    const session = await node.signIn('author');
    const { token, basis } = await open(session, id, 'situation');
    await postForm(session, page(id, 'situation'), { basis, situation: cleanRecord.situation }, token);
    expect((await readReview(node.context, id)).state).toBe('approved');
    await postForm(session, page(id, 'situation'), { basis, situation: 'Another text.' }, token);
    expect((await readReview(node.context, id)).state).toBe('draft');
  });
});

describe('two windows', () => {
  it('in different sections do not disturb each other', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const one = await open(session, id, 'situation');
    const other = await open(session, id, 'what-worked');
    await postForm(session, page(id, 'situation'), { basis: one.basis, situation: 'One.' }, one.token);
    await postForm(session, page(id, 'what-worked'), { basis: other.basis, whatWorked: 'Other.' }, other.token);
    expect((await working(id)).prose).toEqual({ situation: 'One.', whatWorked: 'Other.' });
  });

  it('in the same section are both shown, and nothing is overwritten before their author has chosen', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const { token, basis } = await open(session, id, 'situation');
    await postForm(session, page(id, 'situation'), { basis, situation: 'What the first window said.' }, token);
    const conflict = await postForm(
      session,
      page(id, 'situation'),
      { basis, situation: 'What the second said.' },
      token,
    );
    expect(conflict.statusCode).toBe(409);
    expect(conflict.body).toContain('What the first window said.');
    expect(conflict.body).toContain('What the second said.');
    expect((await working(id)).prose.situation).toBe('What the first window said.');
    const resolves = { basis: basisIn(conflict.body), resolves: 'conflict', situation: 'What the second said.' };
    const undecided = await postForm(session, page(id, 'situation'), resolves, token);
    expect(undecided.body).toContain('Select which version to keep');
    expect((await working(id)).prose.situation).toBe('What the first window said.');
    const combined = { ...resolves, choice: 'combined', 'combined-situation': 'Both of them said.' };
    await postForm(session, page(id, 'situation'), combined, token);
    expect((await working(id)).prose.situation).toBe('Both of them said.');
  });
});

describe('a session that ended', () => {
  it('loses nothing: what came too late is kept sealed, shown to the same person again, and saved when they send it', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const { token, basis } = await open(session, id, 'situation');
    await node.database.db.deleteFrom('session').execute();
    const late = await postForm(session, page(id, 'situation'), { basis, situation: 'Written before lunch.' }, token);
    expect(late.headers.location).toContain('/sign-in?why=kept');
    expect((await working(id)).prose).toEqual({});
    const kept = await node.database.db.selectFrom('kept_form').select('sealed').execute();
    expect(kept).toHaveLength(1);
    expect(kept[0]?.sealed.toString('utf8')).not.toContain('lunch');

    const again = await signInAs(session.app, 'author', session.cookies);
    const shown = await open(again, id, 'situation');
    expect(shown.body).toContain('Written before lunch.');
    expect(shown.body).toContain('is not saved yet');
    const saved = await postForm(
      again,
      page(id, 'situation'),
      { basis: shown.basis, situation: 'Written before lunch.' },
      shown.token,
    );
    expect(saved.statusCode).toBe(303);
    expect((await working(id)).prose.situation).toBe('Written before lunch.');
    expect(await node.database.db.selectFrom('kept_form').select('path').execute()).toEqual([]);
  });
});

describe('a second reader whose session ended', () => {
  it('finds the reason for returning a text again, for that text only', async () => {
    const { id, edition } = await node.sendForReading();
    const { contentHash } = edition;
    await answerIntruderQuestion(node.context, node.people.reader, { id, contentHash, answer: 'nobody' });
    const session = await node.signIn('reader');
    const form = { contentHash, reason: 'Say who explained it.' };
    const path = `/reviews/${id}/second-reading/return`;
    const { token } = await openForm(session, `/reviews/${id}/second-reading/findings`);
    await node.database.db.deleteFrom('session').execute();
    expect((await postForm(session, path, form, token)).headers.location).toContain('why=kept');
    expect((await readReview(node.context, id)).state).toBe('in-review');
    const again = await signInAs(session.app, 'reader', session.cookies);
    const shown = await openForm(again, path);
    expect(shown.answer.statusCode).toBe(200);
    expect(shown.answer.body).toContain('Say who explained it.');
    await postForm(again, path, form, shown.token);
    expect((await readReview(node.context, id)).state).toBe('returned');
    expect((await openForm(again, path)).answer.statusCode).toBe(303);
  });
});

describe('a suggestion', () => {
  it('is accepted or refused by the author, and what was refused is not suggested again', async () => {
    const session = await node.signIn('author');
    const id = await beginReview(node.context, node.people.author, {
      ...empty,
      prose: { situation: 'Nobody knew who was responsible. The mother was suspicious of the social worker.' },
    });
    const themes = await open(session, id, 'themes');
    expect(themes.body).toContain('Suggested from what you wrote');
    const refuse = 'refuse themes ownership-and-consensus';
    expect(themes.body).toContain(refuse);
    await postForm(session, page(id, 'themes'), { basis: themes.basis, decide: refuse }, themes.token);
    const after = await open(session, id, 'themes');
    expect(after.body).not.toContain(refuse);
    expect(after.body).toContain('reconsider themes ownership-and-consensus');
    expect((await working(id)).codes).toEqual({});
    const accept = 'accept themes families-and-communities';
    expect(after.body).toContain(accept);
    await postForm(session, page(id, 'themes'), { basis: after.basis, decide: accept }, after.token);
    expect((await working(id)).codes).toEqual({ themes: ['families-and-communities'] });
    expect((await trailOf(id)).map(({ action }) => action)).toEqual([
      'review-begun',
      'suggestion-refused',
      'review-edited',
    ]);
  });
});

describe('the guard', () => {
  it('looks at what was saved in the background, and the task list tells how much it found without waiting', async () => {
    const session = await node.signIn('author');
    const id = await begin();
    const { token, basis } = await open(session, id, 'situation');
    const situation = 'Kayleigh Popescu was seen. Her NHS number is 943 476 5870.';
    await postForm(session, page(id, 'situation'), { basis, situation }, token);
    await node.context.jobs.drain();
    expect((await findingsFor(node.context, id)).state).toBe('checked');
    const list = await openForm(session, `/reviews/${id}`);
    expect(list.answer.body).toContain('1 must go');
    expect(list.answer.body).not.toContain('943 476 5870');
    const section = await open(session, id, 'situation');
    expect(section.body).toContain('What the check found here');
  });
});

describe('asking how many records share the codes', () => {
  it('RED-10: sends generalised codes and nothing else of the draft', async () => {
    node.sent.length = 0;
    const draft = workingFrom({ ...cleanRecord, region: 'south-west', sex: 'withheld', period: '2024-Q1' });
    const id = await beginReview(node.context, node.people.author, draft);
    await node.context.jobs.wake('check-anonymity');
    await node.context.jobs.drain();
    const asked = node.sent.filter(({ url }) => url.endsWith('/anonymity-counts'));
    expect(asked.map(({ body }) => JSON.parse(body))).toContainEqual({
      codes: {
        ageBand: ['13-to-15'],
        region: ['south-west'],
        period: ['2023-24', '2023-Q2', '2023-Q3', '2023-Q4', '2024-Q1'],
        concernCategories: ['extreme-right-wing'],
        setting: ['secondary-school'],
      },
    });
    const everythingSent = node.sent.map(({ url, body }) => `${url} ${body}`).join('\n');
    expect(everythingSent).not.toContain(id);
    for (const words of [cleanRecord.title, 'slogans', cleanRecord.outcome, 'nobody had explained']) {
      expect(everythingSent).not.toContain(words);
    }
  });
});

describe('checking the answers', () => {
  it('names each that is missing with a link to its page, sends nothing, and sends what is complete', async () => {
    const session = await node.signIn('author');
    const { nextTime, ...prose } = workingFrom(cleanRecord).prose;
    const id = await beginReview(node.context, node.people.author, { ...workingFrom(cleanRecord), prose });
    const answer = await postForm(
      session,
      `/reviews/${id}/send`,
      {},
      (await openForm(session, `/reviews/${id}/check`)).token,
    );
    expect(answer.statusCode).toBe(409);
    expect(answer.body).toContain(`href="${page(id, 'next-time')}?from=check"`);
    expect((await readReview(node.context, id)).state).toBe('draft');
    const { token, basis } = await open(session, id, 'next-time');
    const back = await postForm(session, page(id, 'next-time'), { basis, nextTime, from: 'check' }, token);
    expect(back.headers.location).toBe(`/reviews/${id}/check#next-time`);
    await postForm(session, `/reviews/${id}/send`, {}, token);
    expect((await readReview(node.context, id)).state).toBe('in-review');
  });
});

describe('history', () => {
  it('shows every edition, who did what, and how two versions differ word by word', async () => {
    const { id } = await node.sendForReading();
    const session = await node.signIn('author');
    const { token, basis } = await open(session, id, 'next-time');
    await postForm(session, page(id, 'next-time'), { basis, nextTime: 'We would ring twice before we write.' }, token);
    const history = (await openForm(session, `/reviews/${id}/history`)).answer.body;
    expect(history).toContain('Edition 1');
    expect(history).toContain('sent edition 1 for second reading');
    expect(history).toContain('changed “Next time”');
    const compared = (await openForm(session, `/reviews/${id}/history/compare?from=1&to=draft`)).answer.body;
    // The words of the key on the page are the only others.
    expect(compared.match(/<ins class="app-added">.*?<\/ins>/g)?.[1]).toMatch(/twice /);
    expect(compared.match(/<del /g)).toHaveLength(1);
    const edition = (await openForm(session, `/reviews/${id}/editions/1`)).answer.body;
    expect(edition).toContain(cleanRecord.nextTime);
    expect((await openForm(session, `/reviews/${id}/editions/2`)).answer.statusCode).toBe(404);
  });
});
