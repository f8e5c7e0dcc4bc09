import { afterEach, describe, expect, it, vi } from 'vitest';
import { DemoSignIn } from './demo-sign-in.ts';
import { galleryPeople } from './testing/gallery.ts';
import { describeSignIn } from './testing/sign-in-contract.ts';

describeSignIn('demo', async () => ({
  signIn: new DemoSignIn({ people: galleryPeople, production: false }),
  walk: async () => ({
    url: new URL('https://node.example/sign-in/demo/tom-reader'),
    params: { personId: 'tom-reader' },
    remembered: null,
  }),
  expected: { subject: 'tom-reader', name: 'Tom Hartley', roles: ['reviewer', 'practitioner'] },
  forgeries: (right) => ({ 'a person who is not there': { ...right, params: { personId: 'nobody' } } }),
}));

describe('demo sign-in', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('refuses to exist when NODE_ENV is production, whatever the configuration says', () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => new DemoSignIn({ people: galleryPeople, production: false })).toThrow(/cannot be used in production/);
  });

  it('refuses to exist when the service is configured for production', () => {
    expect(() => new DemoSignIn({ people: galleryPeople, production: true })).toThrow(/cannot be used in production/);
  });

  it('gives the path that signs a person in with one GET', () => {
    expect(DemoSignIn.pathFor('a/b', '/search?q=x')).toBe('/sign-in/demo/a%2Fb?to=%2Fsearch%3Fq%3Dx');
    expect(DemoSignIn.pathFor('tom-reader')).toBe('/sign-in/demo/tom-reader');
  });
});
