import type { Navigation } from '@practice-exchange/web';
import { paths } from './paths.ts';

/** The main navigation: what this person can do here. */
export const navigation: Navigation = (person) => {
  if (!person) return [];
  const writes = (['author', 'reviewer', 'publisher', 'lead'] as const).some((role) => person.roles.includes(role));
  const oversees = person.roles.includes('administrator') || person.roles.includes('lead');
  const administers = person.roles.includes('administrator');
  const network = [
    ...(administers ? [{ href: paths.network, text: 'Membership' }] : []),
    ...(oversees || person.roles.includes('publisher') ? [{ href: paths.delivery, text: 'Delivery' }] : []),
    ...(oversees ? [{ href: paths.hubStanding, text: 'What the hub holds' }] : []),
    ...(administers ? [{ href: paths.keys, text: 'Keys' }] : []),
  ];
  const [first] = network;
  return [
    { href: paths.home, text: 'Home' },
    { href: paths.search, text: 'Search' },
    { href: paths.terms, text: 'Terms' },
    ...(writes ? [{ href: paths.reviews, text: 'Case reviews' }] : []),
    ...(person.roles.some((role) => role === 'author' || role === 'lead')
      ? [{ href: paths.returns, text: 'Returns' }]
      : []),
    ...(first ? [{ href: first.href, text: 'Network', sections: network }] : []),
  ];
};
