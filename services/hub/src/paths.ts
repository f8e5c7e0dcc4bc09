/** Every address of the hub that people or programs other than nodes use. What nodes ask is `hubPaths` of the protocol. */
export const paths = {
  openApi: '/openapi.json',
  apiDocs: '/api/docs',
  live: '/livez',
  ready: '/readyz',
  overview: '/',
  trends: '/trends/:theme',
  explore: '/explore',
  table: '/tables/:permalink',
  releases: '/releases',
  release: '/releases/:release',
  draft: '/releases/drafts/:id',
  draftTable: '/releases/drafts/:id/tables/:table',
  approveDraft: '/releases/drafts/:id/approve',
  discardDraft: '/releases/drafts/:id/discard',
  catalogue: '/data-catalogue',
  methodology: '/methodology',
  apiReleases: '/api/v1/releases',
  apiRelease: '/api/v1/releases/:release',
  apiReleaseSpreadsheet: '/api/v1/releases/:release/tables.ods',
  apiChanges: '/api/v1/changes',
  apiTables: '/api/v1/tables',
  apiTable: '/api/v1/tables/:permalink',
  apiTableCsv: '/api/v1/tables/:permalink/data.csv',
  apiTableMetadata: '/api/v1/tables/:permalink/metadata.csv',
  apiTableSpreadsheet: '/api/v1/tables/:permalink/table.ods',
  prevalenceBands: '/operator/prevalence-bands',
  members: '/operator/members',
  invitations: '/operator/members/invitations',
  confirmations: '/operator/members/confirmations',
  standings: '/operator/standings',
  epochApprovals: '/operator/standings/approvals',
  quarantine: '/operator/quarantine',
  quarantined: '/operator/quarantine/:id',
} as const;

/** A path with its parameters filled in. */
export function pathTo(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/:([a-z]+)/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''));
}
