import type { Navigation } from '@practice-exchange/web';
import type { HubConfig } from './config.ts';
import { paths } from './paths.ts';

/** The main navigation of the hub: the statistics for all who may read them, and what this person does here. */
export function navigation({ statisticsArePublic }: Pick<HubConfig, 'statisticsArePublic'>): Navigation {
  return (person) => {
    const reads =
      statisticsArePublic || person?.roles.some((role) => role === 'analyst' || role === 'operator') === true;
    return [
      ...(reads
        ? [
            { href: paths.overview, text: 'Overview' },
            { href: paths.releases, text: 'Releases' },
            { href: paths.catalogue, text: 'Data catalogue' },
            { href: paths.explore, text: 'Build a table' },
            { href: paths.methodology, text: 'Methodology' },
          ]
        : []),
      ...(person?.roles.includes('operator')
        ? [
            {
              href: paths.members,
              text: 'Network',
              sections: [
                { href: paths.members, text: 'Members' },
                { href: paths.invitations, text: 'Invitations' },
                { href: paths.standings, text: 'Standing' },
                { href: paths.syncHealth, text: 'Health' },
                { href: paths.searchIndex, text: 'Index' },
                { href: paths.quarantine, text: 'Quarantine' },
                { href: paths.riskReports, text: 'Risks' },
                { href: paths.prevalenceBands, text: 'Bands' },
                { href: paths.hubKeys, text: 'Hub keys' },
              ],
            },
          ]
        : []),
      ...(person || !reads ? [] : [{ href: '/sign-in', text: 'Sign in' }]),
    ];
  };
}
