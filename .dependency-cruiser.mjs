/** Imports point one way. The table in ARCHITECTURE.md, as rules. */
const packages = 'vocabulary|protocol|anonymisation|disclosure|search|platform|web|conformance|network';

/** `from` may import of our own packages only those named. */
function only(from, allowed) {
  return {
    name: `${from}-imports-only-${allowed.length === 0 ? 'itself' : allowed.join('-')}`,
    severity: 'error',
    from: { path: `^packages/${from}/` },
    to: { path: `^(packages/(?!(${[from, ...allowed].join('|')})/)(${packages})/|services/)` },
  };
}

const pure = 'anonymisation|disclosure|protocol|vocabulary';

export default {
  forbidden: [
    only('vocabulary', []),
    only('protocol', ['vocabulary']),
    only('anonymisation', ['vocabulary']),
    only('disclosure', ['vocabulary']),
    only('platform', ['vocabulary', 'protocol']),
    only('search', ['vocabulary', 'protocol']),
    only('web', ['vocabulary', 'protocol', 'platform']),
    only('conformance', ['protocol', 'platform']),
    {
      name: 'a-package-never-imports-a-service',
      comment: 'Only the network package puts services together.',
      severity: 'error',
      from: { path: '^packages/(?!network/)' },
      to: { path: '^services/' },
    },
    {
      name: 'node-and-hub-never-meet',
      comment: 'They speak the protocol and share no code of their own.',
      severity: 'error',
      from: { path: '^services/(node|hub)/' },
      to: { path: '^services/(node|hub)/', pathNot: '^services/$1/' },
    },
    {
      name: 'the-network-is-for-tests-and-the-demo',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: '^packages/network/' },
      to: { path: '^packages/network/' },
    },
    {
      name: 'pure-packages-do-no-input-or-output',
      comment: 'Commands, worker wiring and tests may; what they wrap may not.',
      severity: 'error',
      from: { path: `^packages/(${pure})/src/`, pathNot: '(\\.test\\.ts$|/cli/|/testing/|off-thread|worker)' },
      to: { path: '^(node:)?(fs|http|https|net|dns|child_process|worker_threads)(/|$)' },
    },
    {
      name: 'the-attack-shares-no-reckoning-with-the-engine',
      comment: 'Else it would prove nothing. The network that it attacks is released by the engine.',
      severity: 'error',
      from: {
        path: '^packages/disclosure/src/(attack|published)/',
        pathNot: '(\\.test\\.ts$|/attack-network\\.ts$)',
      },
      to: {
        path: '^packages/disclosure/src/(audit/|release/|cell-space|count-cells|lines|primary|rounding)',
      },
    },
    {
      name: 'only-stores-know-kysely',
      comment: 'Routes speak HTTP, services decide, stores query.',
      severity: 'error',
      from: {
        path: '^services/[^/]+/src/',
        pathNot: '(/store[^/]*\\.ts$|-store\\.ts$|/schema/|\\.test\\.ts$|/testing/)',
      },
      to: { path: '(^|/)node_modules/(kysely|pg)/' },
    },
    {
      name: 'packages-are-entered-by-their-index',
      severity: 'error',
      from: { path: '^(packages|services)/([^/]+)/' },
      to: {
        path: '^(packages|services)/[^/]+/src/',
        pathNot: '(^(packages|services)/$2/|/src/(scoring/)?index\\.ts$|/src/testing/)',
      },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: { pathNot: '^packages/web/client/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
