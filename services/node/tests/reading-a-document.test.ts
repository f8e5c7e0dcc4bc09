import { beforeAll, describe, expect, it } from 'vitest';
import { documentContent } from '../src/features/importing/document-content.ts';
import type { ImportedDocument, Refusal } from '../src/features/importing/imported-document.ts';
import { partsOf, withParts } from '../src/features/importing/placing.ts';
import { readDocument } from '../src/features/importing/read-document.ts';
import { paragraph, part, run, wordFile } from './word-file.ts';

const read = (bytes: Uint8Array | string, name: string) => documentContent(Buffer.from(bytes as Uint8Array), name);

async function refusalOf(bytes: Uint8Array | string, name: string): Promise<Refusal> {
  const outcome = await read(bytes, name).then(
    () => 'was read',
    (error: { refusal: Refusal }) => error.refusal,
  );
  return outcome as Refusal;
}

const textsOf = (document: ImportedDocument, kind: string) =>
  document.asides.find((aside) => aside.kind === kind)?.texts ?? [];
const wordsOf = (document: ImportedDocument) => document.blocks.map(({ text }) => text).join(' ');

/** A file with something in every place where a Word file can hold words that its reader does not see. */
const full = wordFile(
  [
    paragraph('Dad would not let us in', 'Title'),
    paragraph('Background', 'heading1'),
    paragraph('A school was worried.'),
    `<w:p>${run('The family ')}<w:del w:author="Jane Deleter"><w:r><w:delText>Deletedname </w:delText></w:r></w:del><w:ins w:author="Ian Inserter">${run('of Insertedname ')}</w:ins>${run('refused.')}${run('Vanished', '<w:vanish/>')}${run('Shown', '<w:vanish w:val="0"/>')}</w:p>`,
    `<w:p><w:moveFrom>${run('Movedaway')}</w:moveFrom></w:p>`,
    paragraph('Styledaway', 'Secret'),
    paragraph('Basedaway', 'Moresecret'),
    `<w:tbl><w:tr><w:tc>${paragraph('Celldate')}</w:tc><w:tc>${paragraph('Cellevent')}</w:tc></w:tr></w:tbl>`,
    `<w:p><w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>${paragraph('Boxedword')}</w:txbxContent></v:textbox></w:pict></w:r></w:p>`,
    `<w:p><w:r><w:drawing><wp:docPr xmlns:wp="x" id="1" descr="Picturedperson"/></w:drawing></w:r></w:p>`,
    `<w:p><w:hyperlink r:id="r9" xmlns:r="y">${run('a linked word')}</w:hyperlink><w:r><w:footnoteReference w:id="2"/></w:r></w:p>`,
    `<w:p><w:r><w:instrText>HYPERLINK "https://example.test/fieldlink"</w:instrText></w:r></w:p>`,
  ].join(''),
  {
    'word/comments.xml': part(
      'comments',
      `<w:comment w:author="Carl Commenter">${paragraph('Commentedname')}</w:comment>`,
    ),
    'word/header2.xml': part('hdr', paragraph('Headername')),
    'word/footer1.xml': part('ftr', paragraph('Footername')),
    'word/footnotes.xml': part('footnotes', `<w:footnote>${paragraph('Footnotename')}</w:footnote>`),
    'word/endnotes.xml': part('endnotes', `<w:endnote>${paragraph('Endnotename')}</w:endnote>`),
    'word/_rels/document.xml.rels':
      '<Relationships xmlns="z"><Relationship Id="r9" Target="https://example.test/linkname" TargetMode="External"/></Relationships>',
    'docProps/core.xml':
      '<p xmlns:dc="d" xmlns:cp="c"><dc:creator>Authorname</dc:creator><cp:lastModifiedBy>Changername</cp:lastModifiedBy><cp:revision>7</cp:revision></p>',
    'docProps/app.xml': '<Properties><Company>Companyname</Company><Pages>3</Pages></Properties>',
    'docProps/custom.xml':
      '<Properties xmlns:vt="v"><property name="Case worker"><vt:lpwstr>Customname</vt:lpwstr></property></Properties>',
    'customXml/item1.xml': '<form><child>Dataname</child></form>',
    'word/charts/chart1.xml': '<c:chart xmlns:c="c"><c:v>Chartname</c:v></c:chart>',
    'word/people.xml': '<w15:people xmlns:w15="w"><w15:person w15:author="Peoplename"/></w15:people>',
    'word/media/image1.png': new Uint8Array([1, 2, 3]),
    'word/embeddings/oleObject1.bin': new Uint8Array([1, 2, 3]),
  },
);

describe('a Word document', () => {
  let document: ImportedDocument;
  beforeAll(async () => {
    document = await read(full, 'write-up.docx');
  });

  it('gives its text in order, with headings, and nothing of what is not plainly read in it', () => {
    expect(document.blocks).toEqual([
      { kind: 'heading', text: 'Dad would not let us in' },
      { kind: 'heading', text: 'Background' },
      { kind: 'paragraph', text: 'A school was worried.' },
      { kind: 'paragraph', text: 'The family of Insertedname refused.Shown' },
      { kind: 'paragraph', text: 'a linked word' },
    ]);
  });

  it.each([
    ['deleted', ['Deletedname (Jane Deleter)', 'Movedaway']],
    ['inserted', ['of Insertedname (Ian Inserter)']],
    ['hidden', ['Vanished', 'Styledaway', 'Basedaway']],
    ['table', ['Celldate | Cellevent']],
    ['text-box', ['Boxedword']],
    ['comment', ['Commentedname (Carl Commenter)']],
    ['header-footer', ['Headername', 'Footername']],
    ['note', ['Footnotename', 'Endnotename']],
    ['picture', ['Picturedperson', 'One picture']],
    ['link', ['https://example.test/fieldlink', 'https://example.test/linkname']],
    [
      'property',
      [
        'Author: Authorname',
        'Last changed by: Changername',
        'Company: Companyname',
        'Case worker: Customname',
        'Commented or changed: Peoplename',
      ],
    ],
    ['other', ['Dataname', 'Chartname', 'An embedded file: oleObject1.bin']],
  ])('tells its %s', (kind, texts) => {
    expect(textsOf(document, kind)).toEqual(texts);
  });

  it('lets no word of any part vanish: each is in the text or told beside it', () => {
    const told = `${wordsOf(document)} ${document.asides.flatMap(({ texts }) => texts).join(' ')}`;
    for (const word of [
      'Deletedname',
      'Insertedname',
      'Vanished',
      'Styledaway',
      'Basedaway',
      'Movedaway',
      'Celldate',
      'Cellevent',
      'Boxedword',
      'Picturedperson',
      'Commentedname',
      'Headername',
      'Footername',
      'Footnotename',
      'Endnotename',
      'linkname',
      'fieldlink',
      'Authorname',
      'Changername',
      'Companyname',
      'Customname',
      'Dataname',
      'Chartname',
      'Peoplename',
    ])
      expect(told).toContain(word);
  });
});

describe('a file that is not read', () => {
  const body = paragraph('Some text.');
  const good = wordFile(body);
  const compound = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)]);
  /** The directory of an archive with something written into each of its entries. */
  const inEveryEntry = (bytes: Buffer, write: (changed: Buffer, at: number) => void) => {
    const changed = Buffer.from(bytes);
    let at = changed.indexOf(entryMark);
    while (at >= 0) {
      write(changed, at);
      at = changed.indexOf(entryMark, at + 4);
    }
    return changed;
  };
  const entryMark = Buffer.from('PK\x01\x02', 'latin1');
  const flagged = (bytes: Buffer) => inEveryEntry(bytes, (changed, at) => changed.writeUInt16LE(1, at + 8));
  const belittled = (bytes: Buffer) => inEveryEntry(bytes, (changed, at) => changed.writeUInt32LE(10, at + 24));
  const bomb = () => wordFile(body, { 'word/other.xml': new Uint8Array(21 * 1024 * 1024).fill(0x20) });
  const many = () =>
    wordFile(body, Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`word/a${index}.xml`, '<a/>'])));
  const entities = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>';
  const cases: [string, Refusal, () => Uint8Array | string, string][] = [
    ['that is empty', 'empty', () => '', 'a.txt'],
    ['of pictures', 'wrong-type', () => Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'a.png'],
    ['that is a PDF called a text', 'wrong-type', () => '%PDF-1.7 and so on', 'a.txt'],
    ['of a program, called a text', 'wrong-type', () => Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), 'a.txt'],
    ['in rich text', 'wrong-type', () => '{\\rtf1 text}', 'a.txt'],
    ['from an old version of Word', 'old-word', () => compound, 'a.doc'],
    [
      'with a password',
      'encrypted',
      () => Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')]),
      'a.docx',
    ],
    ['with an encrypted entry', 'encrypted', () => flagged(good), 'a.docx'],
    ['with macros', 'macros', () => wordFile(body, { 'word/vbaProject.bin': new Uint8Array([1]) }), 'a.docx'],
    [
      'with macros by its type',
      'macros',
      () => wordFile(body, {}, 'application/vnd.ms-word.document.macroEnabled.main+xml'),
      'a.docx',
    ],
    ['with macros by its name', 'macros', () => good, 'a.docm'],
    [
      'that is a workbook',
      'wrong-type',
      () => wordFile(body, {}, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'),
      'a.docx',
    ],
    ['that is some other archive', 'wrong-type', () => wordFile(body, { '[Content_Types].xml': '<Types/>' }), 'a.docx'],
    ['that is no archive', 'malformed', () => 'not a zip', 'a.docx'],
    ['that was cut off', 'malformed', () => good.subarray(0, good.length - 40), 'a.docx'],
    ['that was cut off early', 'malformed', () => good.subarray(0, 200), 'a.docx'],
    ['with broken XML', 'malformed', () => wordFile('<w:p><w:r>'), 'a.docx'],
    ['with a document type', 'malformed', () => wordFile(body, { 'word/header1.xml': entities }), 'a.docx'],
    ['with two parts of one name', 'malformed', () => wordFile(body, { 'word/Document.xml': '<a/>' }), 'a.docx'],
    ['that says its parts are smaller than they are', 'malformed', () => belittled(good), 'a.docx'],
    ['that unpacks to too much', 'too-complex', bomb, 'a.docx'],
    ['of too many parts', 'too-complex', many, 'a.docx'],
    ['with far too much text', 'too-long', () => 'Word '.repeat(30_000), 'a.txt'],
    ['without any text', 'no-text', () => wordFile(''), 'a.docx'],
  ];

  it.each(cases)('%s is refused as %s', async (_what, refusal, bytes, name) => {
    expect(await refusalOf(bytes(), name)).toBe(refusal);
  });

  it('larger than 10MB is not even begun', async () => {
    const bytes = Buffer.alloc(10 * 1024 * 1024 + 1, 'a');
    await expect(readDocument({ bytes, name: 'a.txt' })).rejects.toMatchObject({ refusal: 'too-large' });
  });

  it('nested without end is refused and harms nobody', async () => {
    const deep = `${'<w:sdtContent>'.repeat(40_000)}${'</w:sdtContent>'.repeat(40_000)}`;
    const outcome = await readDocument({ bytes: wordFile(deep), name: 'a.docx' }).catch((error) => error.refusal);
    expect(['malformed', 'too-complex', 'no-text']).toContain(outcome);
    expect(wordsOf(await readDocument({ bytes: good, name: 'a.docx' }))).toBe('Some text.');
  });

  it('keeps neither the event loop nor the others who wait: a reader that hangs is given up', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const hangs = new URL('data:text/javascript,for(;;);');
    const outcome = await readDocument({ bytes: good, name: 'a.docx' }, { worker: hangs, limitMs: 300 }).catch(
      (error) => error.refusal,
    );
    clearInterval(timer);
    expect(outcome).toBe('too-slow');
    expect(turns).toBeGreaterThan(3);
  });

  it('that eats the memory is given up', async () => {
    const eats = new URL('data:text/javascript,const a=[];for(;;)a.push(new Array(1e6).fill(a.length));');
    const outcome = await readDocument({ bytes: good, name: 'a.docx' }, { worker: eats }).catch(
      (error) => error.refusal,
    );
    expect(outcome).toBe('too-complex');
  });
});

describe('Markdown and plain text', () => {
  it('reads Markdown, and sets front matter, comments, tables, pictures and links aside', async () => {
    const document = await read(
      '---\nauthor: Jane\n---\n# What we did\nWe [met](https://example.test/x) the father.\n\n<!-- Kayleigh -->\n\n- One\n- Two\n\n| a | b |\n|---|---|\n| c | d |\n\n![Ryan](photo.png)\n',
      'notes.md',
    );
    expect(document.blocks).toEqual([
      { kind: 'heading', text: 'What we did' },
      { kind: 'paragraph', text: 'We met the father.' },
      { kind: 'item', text: 'One' },
      { kind: 'item', text: 'Two' },
    ]);
    expect(document.asides.map(({ kind, texts }) => [kind, texts.join()])).toEqual([
      ['property', 'author: Jane'],
      ['link', 'https://example.test/x'],
      ['hidden', '<!-- Kayleigh -->'],
      ['table', 'a | b\nc | d'],
      ['picture', 'Ryan photo.png'],
    ]);
  });

  it('reads plain text in UTF-8, UTF-16 and what Windows writes', async () => {
    const text = 'What worked:\r\n\r\nA café – “at ease”.';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const windows = Buffer.from(
      text.replace('é', '\xe9').replace('–', '\x96').replace('“', '\x93').replace('”', '\x94'),
      'latin1',
    );
    for (const bytes of [Buffer.from(text), utf16, windows]) {
      expect((await read(bytes, 'a.txt')).blocks).toEqual([
        { kind: 'heading', text: 'What worked' },
        { kind: 'paragraph', text: 'A café – “at ease”.' },
      ]);
    }
  });
});

describe('parts of a document', () => {
  it.each([
    ['Background', 'situation'],
    ['Reason for referral', 'situation'],
    ['What we did and who did it', 'response'],
    ['Outcome for the family', 'whatHappened'],
    ['What worked well', 'whatWorked'],
    ['What didn’t work', 'whatDidNot'],
    ['Challenges', 'whatDidNot'],
    ['Key learning', 'learningPoints'],
    ['What would we do differently?', 'nextTime'],
    ['Executive summary', 'summary'],
    ['Distribution list', null],
  ])('under “%s” go to %s', (heading, into) => {
    expect(
      partsOf([
        { kind: 'heading', text: heading },
        { kind: 'paragraph', text: 'Text.' },
      ]),
    ).toEqual([{ heading, text: 'Text.', into }]);
  });

  it('take the first heading for the title, and paragraphs one by one where there is no heading', () => {
    expect(
      partsOf([
        { kind: 'heading', text: 'A title' },
        { kind: 'heading', text: 'Notes' },
      ])[0],
    ).toEqual({ heading: 'A title', text: 'A title', into: 'title' });
    expect(
      partsOf([
        { kind: 'paragraph', text: 'One.' },
        { kind: 'item', text: 'a' },
        { kind: 'item', text: 'b' },
        { kind: 'paragraph', text: 'Two.' },
      ]).map(({ text }) => text),
    ).toEqual(['One.\n\n- a\n- b', 'Two.']);
  });

  it('are put behind what is written already', () => {
    const prose = { title: 'Mine', situation: 'Before.', learningPoints: ['First.'] };
    expect(
      withParts(prose, [
        { text: 'After.', into: 'situation' },
        { text: '- Second.\n- Third.', into: 'learningPoints' },
        { text: 'A\nsummary', into: 'summary' },
      ]),
    ).toEqual({
      title: 'Mine',
      situation: 'Before.\n\nAfter.',
      learningPoints: ['First.', 'Second.', 'Third.'],
      summary: 'A summary',
    });
  });
});
