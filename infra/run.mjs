// Runs a TypeScript entry of this project with the project's own Node, installing what is missing first.
// Plain JavaScript without dependencies: it is all that a fresh machine with Node 20 and git can run.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const stamp = join(root, 'node_modules/.installed');

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

/** What the installation depends on: when it changes, install again. */
function wanted() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function isInstalled() {
  return existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

function install() {
  const { config } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  say('Installing what is missing (about a minute the first time) …');
  const result = spawnSync(
    'npx',
    ['--yes', `pnpm@${config.pnpm}`, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, npm_config_loglevel: 'error' },
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (result.status !== 0) {
    say(`${result.stdout ?? ''}${result.stderr ?? ''}`);
    say('The packages could not be installed: the lines above say why. Nothing was started.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted());
}

const [entry, ...args] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < 20) {
  say(`Practice Exchange needs Node 20 or newer to start; this is Node ${process.versions.node}.`);
  process.exit(1);
}
if (entry === undefined) {
  say('Say which entry to run: node infra/run.mjs packages/network/src/main.ts');
  process.exit(1);
}
if (!isInstalled()) install();

// The channel tells the child when this process dies, however it dies.
const child = spawn(node, [join(root, entry), ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: {
    // What Node has compiled once it need not compile again: a service starts in a third of the time.
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/node'),
    ...process.env,
    PATH: `${dirname(node)}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  say(`Node could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
