import type { Block, ImportedDocument } from './imported-document.ts';

/** Reads plain text: paragraphs between empty lines, lines with bullets, and short lines that stand alone as headings. */
export function readTextDocument(source: string): ImportedDocument {
  const blocks: Block[] = [];
  for (const passage of source.split(/\n[ \t]*\n+/)) {
    const lines = passage
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^[=\-_*]{3,}$/.test(line));
    let open: string[] = [];
    const close = () => {
      if (open.length > 0) blocks.push({ kind: 'paragraph', text: open.join(' ') });
      open = [];
    };
    for (const [index, line] of lines.entries()) {
      const item = /^(?:[-*•–]|\d{1,2}[.)])\s+(.+)$/.exec(line);
      if (item) {
        close();
        blocks.push({ kind: 'item', text: item[1] ?? '' });
      } else if (open.length === 0 && isHeading(line, lines.length === 1 || index === 0)) {
        blocks.push({ kind: 'heading', text: line.replace(/^#+\s*|\s*:$/g, '') });
      } else open.push(line);
    }
    close();
  }
  return { blocks, asides: [] };
}

function isHeading(line: string, isFirst: boolean): boolean {
  return isFirst && line.length <= 60 && !/[.!?;,]$/.test(line.replace(/\?$/, '')) && /\p{L}/u.test(line);
}
