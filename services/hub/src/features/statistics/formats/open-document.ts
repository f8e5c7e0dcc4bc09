import { strToU8, type Zippable, zipSync } from 'fflate';

/** One sheet: every row has as many cells as the first, and none is empty. */
export type Sheet = { readonly name: string; readonly rows: readonly (readonly (string | number)[])[] };

const mediaType = 'application/vnd.oasis.opendocument.spreadsheet';
const namespaces = [
  'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"',
  'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"',
  'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"',
  'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"',
  'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
  'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"',
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
].join(' ');
const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * A spreadsheet in the OpenDocument format (ISO/IEC 26300, version 1.3): sheets of plain cells from A1 with the first row in
 * bold, and nothing merged, hidden or coloured. The `mimetype` entry comes first and uncompressed, as the format asks.
 */
export function openDocumentSpreadsheet(title: string, sheets: readonly Sheet[], made: Date): Uint8Array {
  const entries: Zippable = {
    mimetype: [strToU8(mediaType), { level: 0 }],
    'META-INF/manifest.xml': strToU8(manifest()),
    'content.xml': strToU8(content(sheets)),
    'styles.xml': strToU8(
      `${declaration}<office:document-styles ${namespaces} office:version="1.3"><office:styles><style:default-style style:family="table-cell"><style:text-properties fo:font-family="Arial" fo:font-size="12pt" fo:language="en" fo:country="GB"/></style:default-style></office:styles></office:document-styles>`,
    ),
    'meta.xml': strToU8(
      `${declaration}<office:document-meta ${namespaces} office:version="1.3"><office:meta><dc:title>${escapeXml(title)}</dc:title><dc:language>en-GB</dc:language><dc:date>${made.toISOString()}</dc:date></office:meta></office:document-meta>`,
    ),
  };
  // The same content gives the same bytes: the archive's own clock is that of the release.
  return zipSync(entries, { mtime: made });
}

function content(sheets: readonly Sheet[]): string {
  return [
    declaration,
    `<office:document-content ${namespaces} office:version="1.3"><office:automatic-styles>`,
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>',
    '<style:style style:name="column" style:family="table-column"><style:table-column-properties style:use-optimal-column-width="true"/></style:style>',
    '</office:automatic-styles><office:body><office:spreadsheet>',
    ...sheets.map(sheetXml),
    '</office:spreadsheet></office:body></office:document-content>',
  ].join('');
}

function sheetXml({ name, rows }: Sheet): string {
  const columns = rows[0]?.length ?? 0;
  const [head = [], ...body] = rows;
  return [
    `<table:table table:name="${escapeXml(name)}">`,
    `<table:table-column table:style-name="column" table:number-columns-repeated="${columns}"/>`,
    `<table:table-header-rows>${rowXml(head, true)}</table:table-header-rows>`,
    ...body.map((row) => rowXml(row, false)),
    '</table:table>',
  ].join('');
}

function rowXml(row: readonly (string | number)[], head: boolean): string {
  const style = head ? ' table:style-name="head"' : '';
  const cells = row.map((value) =>
    typeof value === 'number'
      ? `<table:table-cell${style} office:value-type="float" office:value="${value}"><text:p>${value}</text:p></table:table-cell>`
      : `<table:table-cell${style} office:value-type="string"><text:p>${escapeXml(value)}</text:p></table:table-cell>`,
  );
  return `<table:table-row>${cells.join('')}</table:table-row>`;
}

function manifest(): string {
  const files = ['content.xml', 'styles.xml', 'meta.xml'].map(
    (path) => `<manifest:file-entry manifest:full-path="${path}" manifest:media-type="text/xml"/>`,
  );
  return `${declaration}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="${mediaType}"/>${files.join('')}</manifest:manifest>`;
}

/** Text for XML 1.0: characters that it cannot hold are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
