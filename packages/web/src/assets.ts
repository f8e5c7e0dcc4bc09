import { createHash, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { compileStylesheet, stylesheetInputs } from './stylesheet.ts';
import { defaultTheme, type Theme } from './theme.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const clientFolder = join(packageFolder, 'client');
const { resolve } = createRequire(import.meta.url);

/** The folder of govuk-frontend that holds its templates: `govuk/template.njk` is read from here. */
export const govukTemplates: string = join(dirname(resolve('govuk-frontend/package.json')), 'dist');

/** A folder of assets ready to serve, and the name under which pages ask for them. */
export type Assets = {
  /** Served under `/assets/`; each version in a folder named by the hash of everything in it. */
  readonly root: string;
  /** The hash: changes when any asset does, so that browsers may keep what they have for a year. */
  readonly version: string;
};

const prepared = new Map<string, Assets>();

/**
 * Gathers stylesheet, scripts and icon into one folder named by the hash of their sources, each compressed beside itself. Compiles the
 * stylesheet (about a second) only when that folder is not there yet, so a second start pays nothing. Fonts, crown and
 * logotype of govuk-frontend are left out: they belong to gov.uk services. Without a writable `node_modules/.cache` the
 * system's temporary folder is used.
 */
export function prepareAssets(theme: Theme): Assets {
  const version = hashOfSources(theme);
  const known = prepared.get(version);
  if (known) return known;
  const root = writableCache();
  const folder = join(root, version);
  if (!existsSync(folder)) build(folder, theme);
  const assets = { root, version };
  prepared.set(version, assets);
  return assets;
}

function hashOfSources(theme: Theme): string {
  const hash = createHash('sha256').update(JSON.stringify(theme));
  for (const file of readdirSync(clientFolder).sort()) hash.update(file).update(readFileSync(join(clientFolder, file)));
  for (const input of stylesheetInputs()) hash.update(input);
  return hash.digest('hex').slice(0, 16);
}

function build(folder: string, theme: Theme): void {
  // Built aside and moved into place in one step: a start that is interrupted, or two at once, leave no half-made folder.
  const aside = `${folder}.${randomBytes(6).toString('hex')}`;
  mkdirSync(aside, { recursive: true });
  try {
    cpSync(clientFolder, aside, { recursive: true });
    cpSync(join(govukTemplates, 'govuk', 'govuk-frontend.min.js'), join(aside, 'govuk-frontend.min.js'));
    writeFileSync(join(aside, 'site.css'), compileStylesheet(theme));
    paintIcon(join(aside, 'favicon.svg'), theme);
    for (const file of readdirSync(aside)) compressBeside(join(aside, file));
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The icon is drawn in the default colours. */
function paintIcon(file: string, theme: Theme): void {
  const drawn = readFileSync(file, 'utf8');
  writeFileSync(file, drawn.replaceAll(defaultTheme.brand, theme.brand).replaceAll(defaultTheme.accent, theme.accent));
}

function compressBeside(file: string): void {
  const content = readFileSync(file);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(`${file}.br`, brotliCompressSync(content, quality));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
}

function writableCache(): string {
  const candidates = [
    join(packageFolder, 'node_modules', '.cache', 'practice-exchange-web'),
    join(tmpdir(), `practice-exchange-web-${process.getuid?.() ?? 'user'}`),
  ];
  for (const candidate of candidates) {
    try {
      mkdirSync(candidate, { recursive: true, mode: 0o700 });
      const probe = join(candidate, `.probe-${randomBytes(6).toString('hex')}`);
      writeFileSync(probe, '');
      rmSync(probe);
      return candidate;
    } catch {
      // Read-only: the next one is tried.
    }
  }
  throw new Error(`No folder to keep the stylesheet in: none of ${candidates.join(', ')} can be written`);
}
