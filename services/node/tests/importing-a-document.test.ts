import { type FormSession, openForm, postForm, signInAs } from '@practice-exchange/web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginReview, readReview } from '../src/features/reviews/reviews.ts';
import { type GuardedNode, startGuardedNode } from './guarded-node.ts';
import { paragraph, part, wordFile } from './word-file.ts';

let node: GuardedNode;
let session: FormSession;
beforeAll(async () => {
  node = await startGuardedNode();
  session = await node.signIn('author');
});
afterAll(() => node.stop());

const begin = () =>
  beginReview(node.context, node.people.author, {
    prose: { situation: 'Written before.' },
    codes: {},
    audience: { scope: 'network' },
  });

/** Sends a file as a browser does. */
async function upload(id: string, file: { name: string; bytes: Buffer } | null, sender = session) {
  const url = `/reviews/${id}/import`;
  const { token } = await openForm(sender, url);
  const form = new FormData();
  form.set('_csrf', token ?? '');
  if (file) form.set('document', new Blob([new Uint8Array(file.bytes)]), file.name);
  const request = new Request('http://node.test', { method: 'POST', body: form });
  const answer = await sender.app.inject({
    method: 'POST',
    url,
    cookies: sender.cookies,
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
    payload: Buffer.from(await request.arrayBuffer()),
  });
  return { answer, token };
}

const document = wordFile(
  [
    paragraph('Background', 'heading1'),
    paragraph('Kayleigh Popescu stopped coming to school.'),
    paragraph('What worked well', 'heading1'),
    paragraph('One named contact.'),
    paragraph('Distribution', 'heading1'),
    paragraph('Nobody.'),
  ].join(''),
  {
    'word/comments.xml': part(
      'comments',
      `<w:comment w:author="Carl Baker">${paragraph('Is this about Ryan?')}</w:comment>`,
    ),
  },
);

describe('importing a document', () => {
  it('shows where everything would go, what else is in the file and what the guard finds, and saves nothing yet', async () => {
    const id = await begin();
    const before = await readReview(node.context, id);
    const { answer } = await upload(id, { name: 'Kayleigh write-up.docx', bytes: document });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(/<option value="situation" selected>Situation \(after what is there\)/);
    expect(answer.body).toMatch(/<option value="whatWorked" selected>/);
    expect(answer.body).toContain('Is this about Ryan? (Carl Baker)');
    expect(answer.body).toContain('File name: Kayleigh write-up.docx');
    expect(answer.body).toMatch(/The check found here:[\s\S]*Kayleigh Popescu/);
    expect(answer.body).toMatch(/The check found in these:[\s\S]*Ryan/);
    expect(await readReview(node.context, id)).toEqual(before);
  });

  it('saves what its author has placed behind what is there, has it checked, and keeps nothing of the file', async () => {
    const id = await begin();
    const { token } = await upload(id, { name: 'Kayleigh write-up.docx', bytes: document });
    const form = {
      'text-0': 'A young person stopped coming to school.',
      'into-0': 'situation',
      'text-1': 'One named contact.',
      'into-1': 'whatWorked',
      'text-2': 'Nobody.',
      'into-2': 'nowhere',
    };
    const answer = await postForm(session, `/reviews/${id}/import/place`, form, token);
    expect(answer.headers.location).toBe(`/reviews/${id}`);
    expect((await readReview(node.context, id)).working.prose).toEqual({
      situation: 'Written before.\n\nA young person stopped coming to school.',
      whatWorked: 'One named contact.',
    });
    await node.context.jobs.drain();
    const trail = await node.database.db.selectFrom('audit_entry').selectAll().where('subject', '=', id).execute();
    expect(trail.map(({ action, detail }) => [action, detail])).toEqual([
      ['review-begun', {}],
      ['document-imported', { version: 2, parts: 2 }],
    ]);
    expect(node.logLines.join('')).not.toMatch(/Kayleigh|Ryan|write-up/);
  });

  it('asks for a place when none is chosen, with everything still there', async () => {
    const id = await begin();
    const { token } = await upload(id, { name: 'a.docx', bytes: document });
    const form = {
      'text-0': 'Some words.',
      'into-0': 'nowhere',
      asides: JSON.stringify([{ kind: 'comment', texts: ['A comment'] }]),
    };
    const answer = await postForm(session, `/reviews/${id}/import/place`, form, token);
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('Choose where at least one part goes');
    expect(answer.body).toContain('Some words.');
    expect(answer.body).toContain('A comment');
    expect((await readReview(node.context, id)).version).toBe(1);
  });

  it('survives a session that ends between the two pages', async () => {
    const id = await begin();
    const { token } = await upload(id, { name: 'a.docx', bytes: document });
    await node.database.db.deleteFrom('session').execute();
    const form = { 'text-0': 'Placed before lunch.', 'into-0': 'response' };
    const late = await postForm(session, `/reviews/${id}/import/place`, form, token);
    expect(late.headers.location).toContain('why=kept');
    session = await signInAs(session.app, 'author', session.cookies);
    const shown = await openForm(session, `/reviews/${id}/import/place`);
    expect(shown.answer.body).toContain('Placed before lunch.');
    await postForm(session, `/reviews/${id}/import/place`, form, shown.token);
    expect((await readReview(node.context, id)).working.prose.response).toBe('Placed before lunch.');
  });

  it.each([
    ['no file', null, 'Select a file'],
    [
      'a file that is too large',
      { name: 'a.txt', bytes: Buffer.alloc(10 * 1024 * 1024 + 10, 'a') },
      'must be smaller than 10MB',
    ],
    [
      'a damaged file',
      { name: 'a.docx', bytes: document.subarray(0, 300) },
      'is damaged, or is not what its name says',
    ],
  ])('answers %s in a sentence, and changes nothing', async (_what, file, sentence) => {
    const id = await begin();
    const { answer } = await upload(id, file);
    expect(answer.statusCode).toBe(400);
    expect(answer.body.split(sentence)).toHaveLength(3);
    expect((await readReview(node.context, id)).version).toBe(1);
  });

  it('is for the author of the review alone', async () => {
    const id = await begin();
    const { answer } = await upload(id, { name: 'a.docx', bytes: document }, await node.signIn('colleague'));
    expect(answer.statusCode).toBe(403);
  });
});
