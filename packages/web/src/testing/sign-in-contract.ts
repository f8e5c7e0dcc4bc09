import { describe, expect, it } from 'vitest';
import type { SignIn, SignInStep } from '../sign-in.ts';

/** What a browser brings back: the argument of {@link SignIn.complete}. */
export type BroughtBack = Parameters<SignIn['complete']>[0];

/** A sign-in adapter with a way to walk through it as a person does. */
export type SignInUnderTest = {
  readonly signIn: SignIn;
  /** What a person signing in brings back after this step: a choice from its page, or what the sign-in service redirects to. */
  readonly walk: (step: SignInStep) => Promise<BroughtBack>;
  /** The subject, name and roles of the person who walks. */
  readonly expected: { readonly subject: string; readonly name: string; readonly roles: readonly string[] };
  /** Made from what was rightly brought back: changed, stale or stolen, each to be refused. */
  readonly forgeries: (right: BroughtBack) => Readonly<Record<string, BroughtBack>>;
};

/** The contract of {@link SignIn}: each adapter runs it. */
export function describeSignIn(name: string, open: () => Promise<SignInUnderTest>): void {
  describe(`sign-in: ${name}`, () => {
    const start = (signIn: SignIn) =>
      signIn.begin({ callbackUrl: `https://node.example${signIn.completionPath}`, returnPath: '/reviews' });

    it('comes back under /sign-in/', async () => {
      const { signIn } = await open();
      expect(signIn.completionPath).toMatch(/^\/sign-in\/[a-z]/);
    });

    it('begins with a page that has a title or with the address of a sign-in service', async () => {
      const { signIn } = await open();
      const step = await start(signIn);
      if ('page' in step) expect(step.data.title).not.toBe('');
      else expect(new URL(step.redirectTo).protocol).toMatch(/^https?:$/);
    });

    it('says who came back', async () => {
      const { signIn, walk, expected } = await open();
      expect(await signIn.complete(await walk(await start(signIn)))).toEqual(expected);
    });

    it('names the same person by the same subject each time', async () => {
      const { signIn, walk } = await open();
      const first = await signIn.complete(await walk(await start(signIn)));
      const second = await signIn.complete(await walk(await start(signIn)));
      expect(second.subject).toBe(first.subject);
    });

    it('refuses whoever comes back with nothing', async () => {
      const { signIn } = await open();
      const nothing = { url: new URL('https://node.example/sign-in/'), params: {}, remembered: null };
      await expect(signIn.complete(nothing)).rejects.toMatchObject({ code: 'sign-in-not-completed', status: 400 });
    });

    it('refuses what was changed on the way', async () => {
      const { signIn, walk, forgeries } = await open();
      const right = await walk(await start(signIn));
      const wrong = Object.entries(forgeries(right));
      expect(wrong).not.toHaveLength(0);
      for (const [what, back] of wrong) {
        await expect(signIn.complete(back), what).rejects.toMatchObject({ code: 'sign-in-not-completed', status: 400 });
      }
    });
  });
}
