import type { Access } from '@practice-exchange/web';
import type { HubConfig } from '../../config.ts';

/** Who may read what is released: anybody where the operator says so, else analysts and operators. Never a draft. */
export function statisticsAccess(config: Pick<HubConfig, 'statisticsArePublic'>): Access {
  return config.statisticsArePublic ? 'public' : { roles: ['analyst', 'operator'] };
}
