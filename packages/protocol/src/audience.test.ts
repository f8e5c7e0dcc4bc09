import { describe, expect, it } from 'vitest';
import {
  type Audience,
  audienceSchema,
  authoritiesAudience,
  isInAudience,
  isSameAudience,
  regionsAudience,
  wholeNetwork,
} from './audience.ts';

const owner = '11111111-1111-4111-8111-111111111111';
const friend = '22222222-2222-4222-8222-222222222222';
const stranger = '33333333-3333-4333-8333-333333333333';

describe('an audience', () => {
  it.each<[string, Audience, boolean, boolean]>([
    ['the whole network', wholeNetwork, true, true],
    ['a region', regionsAudience(['london']), true, false],
    ['two regions', regionsAudience(['south-east', 'london']), true, true],
    ['an authority', authoritiesAudience([friend]), true, false],
    ['another authority', authoritiesAudience([stranger]), false, true],
  ])('that is %s lets in whom it names, and the owner always', (_, audience, forFriend, forStranger) => {
    expect(isInAudience(audience, owner, { authority: owner, region: 'north-east' })).toBe(true);
    expect(isInAudience(audience, owner, { authority: friend, region: 'london' })).toBe(forFriend);
    expect(isInAudience(audience, owner, { authority: stranger, region: 'south-east' })).toBe(forStranger);
  });

  it('has one written form', () => {
    expect(regionsAudience(['south-east', 'london', 'london'])).toEqual({
      scope: 'regions',
      regions: ['london', 'south-east'],
    });
    expect(authoritiesAudience([stranger, friend])).toEqual({ scope: 'authorities', authorities: [friend, stranger] });
  });

  it.each<[string, unknown]>([
    ['regions out of order', { scope: 'regions', regions: ['south-east', 'london'] }],
    ['a region twice', { scope: 'regions', regions: ['london', 'london'] }],
    ['no regions', { scope: 'regions', regions: [] }],
    ['a region that there is not', { scope: 'regions', regions: ['wales'] }],
    ['an authority by name', { scope: 'authorities', authorities: ['Leeds'] }],
    ['an id in capitals', { scope: 'authorities', authorities: ['A2222222-2222-4222-8222-222222222222'] }],
    ['both', { scope: 'regions', regions: ['london'], authorities: [friend] }],
    ['another scope', { scope: 'public' }],
    ['nothing', {}],
  ])('is refused with %s', (_, audience) => {
    expect(audienceSchema.safeParse(audience).success).toBe(false);
  });

  it('is the same only with the same scope and list', () => {
    const all = [
      wholeNetwork,
      regionsAudience(['london']),
      regionsAudience(['london', 'south-east']),
      authoritiesAudience([friend]),
    ];
    for (const [one, audience] of all.entries()) {
      for (const [other, another] of all.entries()) {
        expect(isSameAudience(audience, structuredClone(another))).toBe(one === other);
      }
    }
  });
});
