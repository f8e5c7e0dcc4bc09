import type { AsideKind, Refusal } from './imported-document.ts';

/** Why a file was not read, and what to do instead. */
export const refusalWords: Readonly<Record<Refusal, string>> = {
  empty: 'The selected file is empty',
  'too-large':
    'The selected file must be smaller than 10MB. Pictures make files large: take them out and save it again',
  'wrong-type': 'The selected file must be a Word document (.docx), Markdown (.md) or plain text (.txt)',
  'old-word': 'The selected file is from an old version of Word (.doc). Open it in Word and save it as .docx',
  encrypted: 'The selected file is protected with a password. Save a copy without a password and choose that',
  macros: 'The selected file holds macros. Save it as a Word document (.docx) without macros and choose that',
  malformed:
    'The selected file is damaged, or is not what its name says. Open it, save it again and choose the new file',
  'too-complex': 'The selected file unpacks to more than we can take. Copy its text into the pages instead',
  'too-long':
    'The selected file holds far more text than a case review can. Choose a shorter one, or copy what you need',
  'too-slow': 'The selected file took too long to read. Copy its text into the pages instead',
  'no-text': 'The selected file holds no text that we can read. A scanned page is a picture: its text has to be typed',
};

/** What each kind of thing in a file is called, and why it matters. */
export const asideWords: Readonly<Record<AsideKind, { title: string; hint: string }>> = {
  table: { title: 'Tables', hint: 'Not imported. Copy what you need into a part above.' },
  comment: { title: 'Comments', hint: 'Not imported.' },
  inserted: {
    title: 'Tracked insertions',
    hint: 'Somebody added these words with track changes on. They are in the text above.',
  },
  deleted: {
    title: 'Tracked deletions',
    hint: 'Somebody deleted these words, but they are still in the file. Not imported.',
  },
  'header-footer': { title: 'Headers and footers', hint: 'Not imported.' },
  note: { title: 'Footnotes and endnotes', hint: 'Not imported.' },
  'text-box': { title: 'Text boxes', hint: 'Not imported. Copy what you need into a part above.' },
  hidden: { title: 'Hidden text', hint: 'In the file, but not shown when it is read. Not imported.' },
  property: {
    title: 'Document properties',
    hint: 'What the file says about who wrote it, and what it is called. Not imported.',
  },
  picture: { title: 'Pictures', hint: 'Not imported.' },
  link: { title: 'Links', hint: 'The words of a link are in the text; where it leads is not imported.' },
  other: { title: 'Other things in the file', hint: 'Not imported.' },
};
