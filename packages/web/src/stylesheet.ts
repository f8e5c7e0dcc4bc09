import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Sass from 'sass';
import type { Theme } from './theme.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const stylesFolder = join(packageFolder, 'styles');
const require = createRequire(import.meta.url);

/** Everything the compiled stylesheet depends on but the theme: own sources, this one too, and the versions of govuk-frontend and sass. */
export function stylesheetInputs(): string[] {
  const own = readdirSync(stylesFolder)
    .sort()
    .map((file) => `${file}\n${readFileSync(join(stylesFolder, file), 'utf8')}`);
  return [
    ...own,
    readFileSync(fileURLToPath(import.meta.url), 'utf8'),
    versionOf('govuk-frontend'),
    readFileSync(join(dirname(require.resolve('sass')), 'package.json'), 'utf8'),
  ];
}

/**
 * Compiles `styles/site.scss`: govuk-frontend with system fonts and our own colours. The theme is a handful of custom properties at the end.
 * Deprecations inside govuk-frontend are theirs and are not shown.
 */
export function compileStylesheet(theme: Theme): string {
  // Loaded here and not above: it is the largest thing that a service could load, and nearly every start finds its stylesheet made.
  const sass: typeof Sass = require('sass');
  const compiled = sass.compile(join(stylesFolder, 'site.scss'), {
    importers: [new sass.NodePackageImporter(packageFolder)],
    quietDeps: true,
    style: 'compressed',
  });
  // A file being uploaded is drawn in gov.uk's blue, which no setting of theirs reaches.
  const css = compiled.css.replaceAll('#1d70b8', 'var(--px-brand)');
  return `${css}\n:root{${themeProperties(theme)}}\n`;
}

function themeProperties(theme: Theme): string {
  return [
    `--px-brand:${theme.brand}`,
    `--govuk-brand-colour:${theme.brand}`,
    `--px-accent:${theme.accent}`,
    `--px-button:${theme.button}`,
    `--px-button-hover:${theme.buttonHover}`,
    `--px-button-shadow:${theme.buttonShadow}`,
  ].join(';');
}

function versionOf(name: string): string {
  const manifest: { version: string } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'));
  return `${name} ${manifest.version}`;
}
