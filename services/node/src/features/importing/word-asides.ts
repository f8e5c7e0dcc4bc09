import type { Document, Element } from '@xmldom/xmldom';
import { type Asides, DocumentRefused } from './imported-document.ts';
import type { WordPackage } from './word-package.ts';
import { attribute, child, elements, outermost, parseXml, remove, wordsOf } from './word-xml.ts';

/** Parts that hold no words of anybody: styles, fonts, settings of the program. */
const wordless =
  /(?:^|\/)(?:\[content_types\]|styles|stylesWithEffects|fontTable|settings|webSettings|numbering|theme\d*|commentsExtended|commentsIds|commentsExtensible|documenttasks\d*|itemProps\d*)\.xml$/i;
const figuresOfTheProgram = new Set([
  'Template',
  'TotalTime',
  'Pages',
  'Words',
  'Characters',
  'Application',
  'DocSecurity',
  'Lines',
  'Paragraphs',
  'ScaleCrop',
  'LinksUpToDate',
  'CharactersWithSpaces',
  'SharedDoc',
  'HyperlinksChanged',
  'AppVersion',
  'i4',
  'revision',
  'created',
  'modified',
  'lastPrinted',
  'version',
]);
const propertyNames: Readonly<Record<string, string>> = {
  creator: 'Author',
  lastModifiedBy: 'Last changed by',
  title: 'Title',
  subject: 'Subject',
  keywords: 'Keywords',
  description: 'Comments',
  category: 'Category',
  Company: 'Company',
  Manager: 'Manager',
};

/**
 * Takes out of the main text everything that is not plainly read in it, and says what it was: tracked changes, hidden text,
 * tables, text boxes, pictures, links, notes. Insertions stay in the text and are told besides. Changes the tree.
 */
export function setAsideFromText(text: Document, hiddenStyles: ReadonlySet<string>, asides: Asides): void {
  for (const box of outermost(text, 'txbxContent')) asides.add('text-box', wordsOf(box));
  for (const box of outermost(text, 'txbxContent')) remove(box);
  for (const deletion of outermost(text, 'del', 'moveFrom')) {
    asides.add('deleted', told(deletion, wordsOf(deletion)));
    if (child(deletion, 'r') || wordsOf(deletion) !== '') remove(deletion);
  }
  for (const insertion of outermost(text, 'ins', 'moveTo')) asides.add('inserted', told(insertion, wordsOf(insertion)));
  for (const run of elements(text, 'r')) {
    if (!isHidden(run, hiddenStyles)) continue;
    asides.add('hidden', wordsOf(run));
    remove(run);
  }
  for (const table of outermost(text, 'tbl')) {
    asides.add('table', wordsOf(table));
    remove(table);
  }
  for (const described of elements(text, 'docPr', 'cNvPr')) {
    asides.add('picture', attribute(described, 'descr') ?? attribute(described, 'title') ?? '');
  }
  for (const shape of elements(text, 'shape')) asides.add('picture', attribute(shape, 'alt') ?? '');
  for (const code of elements(text, 'instrText')) asides.add('link', linkIn(code.textContent ?? ''));
  for (const control of elements(text, 'alias')) asides.add('other', attribute(control, 'val') ?? '');
}

/** What the other parts of the file hold: comments, headers, notes, properties, pictures, links, embedded files. */
export function readOtherParts({ xml, others }: WordPackage, mainPart: string, asides: Asides): void {
  for (const [name, content] of xml) {
    if (name === mainPart || wordless.test(name)) continue;
    const part = parseXml(content);
    const root = part.documentElement;
    if (!root) throw new DocumentRefused('malformed');
    if (name.endsWith('.rels')) {
      for (const relation of elements(part, 'Relationship')) {
        if (attribute(relation, 'TargetMode') === 'External') asides.add('link', attribute(relation, 'Target') ?? '');
      }
    } else if (/\/comments\d*\.xml$/.test(name)) {
      for (const comment of elements(part, 'comment')) asides.add('comment', told(comment, wordsOf(comment)));
    } else if (/\/(?:header|footer)\d*\.xml$/.test(name)) asides.add('header-footer', wordsOf(root));
    else if (/\/(?:footnotes|endnotes)\d*\.xml$/.test(name)) {
      for (const note of elements(part, 'footnote', 'endnote')) asides.add('note', wordsOf(note));
    } else if (name.startsWith('docProps/')) readProperties(root, asides);
    else if (/\/people\.xml$/.test(name)) {
      for (const person of elements(part, 'person'))
        asides.add('property', `Commented or changed: ${attribute(person, 'author')}`);
    } else asides.add('other', allText(root));
  }
  const pictures = others.filter((name) => /\/media\//.test(name)).length;
  if (pictures > 0) asides.add('picture', pictures === 1 ? 'One picture' : `${pictures} pictures`);
  for (const name of others) {
    if (!/\/media\/|\/fonts\/|thumbnail|\.odttf$|printerSettings/i.test(name))
      asides.add('other', `An embedded file: ${name.split('/').at(-1)}`);
  }
}

/** The styles that hide what is written in them, those that are based on such a style included. */
export function hiddenStylesIn(styles: string | undefined): Set<string> {
  const hidden = new Set<string>();
  if (styles === undefined) return hidden;
  const all = elements(parseXml(styles), 'style');
  // Each pass finds styles based on those of the one before; there are no more levels than styles.
  for (let before = -1; before < hidden.size; ) {
    before = hidden.size;
    for (const style of all) {
      const id = attribute(style, 'styleId');
      const parent = child(style, 'basedOn');
      const own = child(style, 'rPr');
      const set = own && switchIn(own, 'vanish');
      if (id && (set ?? hidden.has((parent && attribute(parent, 'val')) ?? ''))) hidden.add(id);
    }
  }
  return hidden;
}

function isHidden(run: Element, hiddenStyles: ReadonlySet<string>): boolean {
  const properties = child(run, 'rPr');
  const own =
    properties &&
    (switchIn(properties, 'vanish') ?? switchIn(properties, 'specVanish') ?? switchIn(properties, 'webHidden'));
  if (own !== undefined) return own;
  const styled = (style: Element | undefined) => style !== undefined && hiddenStyles.has(attribute(style, 'val') ?? '');
  if (properties && styled(child(properties, 'rStyle'))) return true;
  let paragraph = run.parentNode as Element | null;
  while (paragraph && paragraph.localName !== 'p') paragraph = paragraph.parentNode as Element | null;
  const ofParagraph = paragraph && child(paragraph, 'pPr');
  return Boolean(ofParagraph && styled(child(ofParagraph, 'pStyle')));
}

/** A property that is on when it stands there, unless it says that it is off. */
function switchIn(properties: Element, name: string): boolean | undefined {
  const found = child(properties, name);
  return found && !['0', 'false', 'off'].includes(attribute(found, 'val') ?? 'true');
}

function told(change: Element, words: string): string {
  const author = attribute(change, 'author');
  return words === '' || !author ? words : `${words} (${author})`;
}

function linkIn(code: string): string {
  return /HYPERLINK\s+"([^"]+)"/i.exec(code)?.[1] ?? (/INCLUDE(?:TEXT|PICTURE)/i.test(code) ? code : '');
}

function readProperties(root: Element, asides: Asides): void {
  for (const property of elements(root, '*')) {
    const value = (property.textContent ?? '').trim();
    const isLeaf = [...property.childNodes].every((node) => node.nodeType !== node.ELEMENT_NODE);
    const name = property.localName ?? '';
    if (!isLeaf || value === '' || figuresOfTheProgram.has(name)) continue;
    const custom =
      name.startsWith('lp') && property.parentNode ? attribute(property.parentNode as Element, 'name') : null;
    asides.add('property', `${custom ?? propertyNames[name] ?? 'Property'}: ${value}`);
  }
}

/** Every text of a part of which only that is known: a chart, a diagram, data behind a form. */
function allText(root: Element): string {
  const texts = new Set<string>();
  for (const element of elements(root, '*')) {
    for (const node of element.childNodes)
      if (node.nodeType === node.TEXT_NODE) texts.add((node.nodeValue ?? '').trim());
  }
  return [...texts].filter((text) => /\p{L}{2}|\d{4}/u.test(text)).join(' ');
}
