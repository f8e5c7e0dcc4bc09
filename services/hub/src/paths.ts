/** Every address of the hub that people or programs other than nodes use. What nodes ask is `hubPaths` of the protocol. */
export const paths = {
  openApi: '/openapi.json',
  apiDocs: '/api/docs',
  live: '/livez',
  ready: '/readyz',
  overview: '/',
  members: '/operator/members',
  invitations: '/operator/members/invitations',
  confirmations: '/operator/members/confirmations',
  standings: '/operator/standings',
  epochApprovals: '/operator/standings/approvals',
  quarantine: '/operator/quarantine',
  quarantined: '/operator/quarantine/:id',
} as const;
