import { XMLSerializer } from '@xmldom/xmldom';
import { strToU8, zipSync } from 'fflate';
import mammoth from 'mammoth';
import { Asides, type Block, DocumentRefused, type ImportedDocument } from './imported-document.ts';
import { hiddenStylesIn, readOtherParts, setAsideFromText } from './word-asides.ts';
import { openWordPackage, type WordPackage } from './word-package.ts';
import { attribute, elements, parseXml, remove } from './word-xml.ts';

/**
 * Reads a Word document. What is not plainly read from top to bottom is set aside first; only then mammoth reads the text that
 * is left, from a package made anew of three parts, so that nothing reaches the text by a way that was not looked at.
 */
export async function readWordDocument(bytes: Buffer): Promise<ImportedDocument> {
  const pack = await openWordPackage(bytes);
  const main = mainPartOf(pack);
  const asides = new Asides();
  const text = parseXml(pack.xml.get(main) ?? '');
  const styles = pack.xml.get('word/styles.xml');
  setAsideFromText(text, hiddenStylesIn(styles), asides);
  readOtherParts(pack, main, asides);
  for (const element of elements(
    text,
    'drawing',
    'pict',
    'object',
    'altChunk',
    'footnoteReference',
    'endnoteReference',
    'commentReference',
  )) {
    remove(element);
  }
  for (const link of elements(text, 'hyperlink')) {
    for (const inner of [...link.childNodes]) link.parentNode?.insertBefore(inner, link);
    remove(link);
  }
  const blocks = await blocksOf(
    new XMLSerializer().serializeToString(text),
    styles,
    pack.xml.get('word/numbering.xml'),
  );
  return { blocks, asides: asides.list() };
}

/** The part that holds the text. Throws for a workbook, a presentation, and a document with macros. */
function mainPartOf({ xml, others }: WordPackage): string {
  if (others.some((name) => /vbaProject|\.vba/i.test(name))) throw new DocumentRefused('macros');
  const types = xml.get('[Content_Types].xml');
  const relations = xml.get('_rels/.rels');
  if (types === undefined || relations === undefined) throw new DocumentRefused('wrong-type');
  const office = elements(parseXml(relations), 'Relationship').find((relation) =>
    attribute(relation, 'Type')?.endsWith('/officeDocument'),
  );
  const main = (office && attribute(office, 'Target'))?.replace(/^\//, '') ?? '';
  const type = elements(parseXml(types), 'Override').find(
    (override) => attribute(override, 'PartName')?.replace(/^\//, '') === main,
  );
  const contentType = (type && attribute(type, 'ContentType')) ?? '';
  if (/macroEnabled/i.test(contentType)) throw new DocumentRefused('macros');
  if (!/wordprocessingml\.(?:document|template)\.main/i.test(contentType)) throw new DocumentRefused('wrong-type');
  if (!xml.has(main)) throw new DocumentRefused('malformed');
  return main;
}

const relationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

async function blocksOf(text: string, styles: string | undefined, numbering: string | undefined): Promise<Block[]> {
  const beside = { styles, numbering };
  const relations = Object.entries(beside)
    .filter(([, part]) => part !== undefined)
    .map(([name]) => `<Relationship Id="${name}" Type="${office}/${name}" Target="${name}.xml"/>`);
  const files: Record<string, Uint8Array> = {
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      `<Relationships xmlns="${relationships}"><Relationship Id="main" Type="${office}/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    'word/_rels/document.xml.rels': strToU8(
      `<Relationships xmlns="${relationships}">${relations.join('')}</Relationships>`,
    ),
    'word/document.xml': strToU8(text),
  };
  for (const [name, part] of Object.entries(beside)) if (part !== undefined) files[`word/${name}.xml`] = strToU8(part);
  const blocks: Block[] = [];
  await mammoth.convertToHtml(
    { buffer: Buffer.from(zipSync(files, { level: 0 })) },
    {
      transformDocument: (document: MammothElement) => {
        for (const element of document.children ?? []) blocks.push(...blocksIn(element));
        return { ...document, children: [] };
      },
    },
  );
  return blocks;
}

/** As much as is used of what mammoth reads. */
type MammothElement = {
  readonly type: string;
  readonly value?: string;
  readonly styleName?: string | null;
  readonly numbering?: object | null;
  readonly isBold?: boolean;
  readonly breakType?: string;
  readonly children?: readonly MammothElement[];
};

function blocksIn(element: MammothElement): Block[] {
  if (element.type !== 'paragraph') return (element.children ?? []).flatMap(blocksIn);
  const text = textIn(element)
    .replace(/[^\S\n]+/g, ' ')
    .trim();
  if (text === '') return [];
  const style = element.styleName ?? '';
  if (/^(?:heading \d|title|subtitle)/i.test(style) || isBoldLine(element, text)) return [{ kind: 'heading', text }];
  return [{ kind: element.numbering || /^list /i.test(style) ? 'item' : 'paragraph', text }];
}

/** A short line that is bold throughout: what people write who have never met a style. */
function isBoldLine(paragraph: MammothElement, text: string): boolean {
  const runs = (paragraph.children ?? []).filter((inner) => textIn(inner).trim() !== '');
  return text.length <= 80 && !/[.;,]$/.test(text) && runs.length > 0 && runs.every(({ isBold }) => isBold === true);
}

function textIn(element: MammothElement): string {
  switch (element.type) {
    case 'text':
      return element.value ?? '';
    case 'tab':
      return '\t';
    case 'break':
      return '\n';
    default:
      return (element.children ?? []).map(textIn).join('');
  }
}
