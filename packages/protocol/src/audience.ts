import { codesOf, type Region, regions } from '@practice-exchange/vocabulary';
import { z } from 'zod';
import { idSchema } from './identifiers.ts';

// One audience has one text: its lists are sorted and hold nothing twice.
const isSortedSet = (values: readonly string[]) =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? ''));
const sortedSet = { message: 'is in ascending order and holds nothing twice' };

/** Who may see a learning record, besides the authority that published it. */
export const audienceSchema = z.discriminatedUnion('scope', [
  z.strictObject({ scope: z.literal('network') }),
  z.strictObject({
    scope: z.literal('regions'),
    regions: z
      .array(z.enum(codesOf(regions)))
      .min(1)
      .refine(isSortedSet, sortedSet),
  }),
  z.strictObject({
    scope: z.literal('authorities'),
    authorities: z.array(idSchema).min(1).max(200).refine(isSortedSet, sortedSet),
  }),
]);

export type Audience = z.infer<typeof audienceSchema>;

/** Who is looking: an authority's id and region. */
export type Viewer = { readonly authority: string; readonly region: Region };

/** The audience of everybody in the network. */
export const wholeNetwork: Audience = { scope: 'network' };

/** The audience of some regions, in its one written form. */
export function regionsAudience(chosen: readonly Region[]): Audience {
  return audienceSchema.parse({ scope: 'regions', regions: [...new Set(chosen)].sort() });
}

/** The audience of some authorities, by id, in its one written form. */
export function authoritiesAudience(chosen: readonly string[]): Audience {
  return audienceSchema.parse({ scope: 'authorities', authorities: [...new Set(chosen)].sort() });
}

/** Whether a viewer may see what `owner` published to this audience. The owner always may. */
export function isInAudience(audience: Audience, owner: string, viewer: Viewer): boolean {
  if (viewer.authority === owner) return true;
  switch (audience.scope) {
    case 'network':
      return true;
    case 'regions':
      return audience.regions.includes(viewer.region);
    case 'authorities':
      return audience.authorities.includes(viewer.authority);
  }
}

/** Whether two audiences are the same. */
export function isSameAudience(one: Audience, other: Audience): boolean {
  return JSON.stringify(listOf(one)) === JSON.stringify(listOf(other));
}

/**
 * Whether one audience surely has everybody in it whom the other has. Between regions and authorities only the network knows;
 * then the answer is no.
 */
export function includesAudience(audience: Audience, other: Audience): boolean {
  if (audience.scope === 'network') return true;
  const list = new Set(listOf(audience));
  return listOf(other).every((each) => list.has(each));
}

function listOf(audience: Audience): readonly string[] {
  switch (audience.scope) {
    case 'network':
      return [audience.scope];
    case 'regions':
      return [audience.scope, ...audience.regions];
    case 'authorities':
      return [audience.scope, ...audience.authorities];
  }
}
