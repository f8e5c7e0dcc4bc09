import type { Audience } from '@practice-exchange/protocol';
import type { Region } from '@practice-exchange/vocabulary';

/** How `learning_record` keeps the audience to which a row is served. */
export type AudienceColumns = {
  audience_scope: Audience['scope'];
  audience_regions: Region[];
  audience_authorities: string[];
};

export function audienceColumns(audience: Audience): AudienceColumns {
  return {
    audience_scope: audience.scope,
    audience_regions: audience.scope === 'regions' ? audience.regions : [],
    audience_authorities: audience.scope === 'authorities' ? audience.authorities : [],
  };
}

export function audienceOfRow(row: AudienceColumns): Audience {
  switch (row.audience_scope) {
    case 'network':
      return { scope: 'network' };
    case 'regions':
      return { scope: 'regions', regions: row.audience_regions };
    case 'authorities':
      return { scope: 'authorities', authorities: row.audience_authorities };
  }
}
