import MarkdownIt, { type Env, type Token } from 'markdown-it';
import { Asides, type Block, type ImportedDocument } from './imported-document.ts';

/** Reads Markdown (CommonMark with tables). Front matter, HTML, tables, pictures and links are set aside. */
export function readMarkdownDocument(source: string): ImportedDocument {
  const asides = new Asides();
  const text = source.replace(/^---\n([\s\S]*?)\n---(?:\n|$)/, (_, matter: string) => {
    for (const line of matter.split('\n')) asides.add('property', line);
    return '';
  });
  const environment: Env = {};
  const tokens = new MarkdownIt('default', { html: true }).parse(text, environment);
  for (const { href } of Object.values(environment.references ?? {})) asides.add('link', href);
  const blocks: Block[] = [];
  let kind: Block['kind'] = 'paragraph';
  let lists = 0;
  let row: string[] | null = null;
  let table: string[] = [];
  for (const token of tokens) {
    if (token.type === 'heading_open') kind = 'heading';
    else if (token.type === 'heading_close') kind = 'paragraph';
    else if (token.type === 'list_item_open') lists += 1;
    else if (token.type === 'list_item_close') lists -= 1;
    else if (token.type === 'tr_open') row = [];
    else if (token.type === 'tr_close') {
      table.push((row ?? []).join(' | '));
      row = null;
    } else if (token.type === 'table_close') {
      asides.add('table', table.join('\n'));
      table = [];
    } else if (token.type === 'html_block') asides.add('hidden', token.content);
    else if (token.type === 'fence' || token.type === 'code_block')
      blocks.push({ kind: 'paragraph', text: token.content.trim() });
    else if (token.type === 'inline') {
      const words = inlineText(token.children ?? [], asides).trim();
      if (row) row.push(words);
      else if (words !== '') blocks.push({ kind: kind === 'paragraph' && lists > 0 ? 'item' : kind, text: words });
    }
  }
  return { blocks, asides: asides.list() };
}

function inlineText(tokens: readonly Token[], asides: Asides): string {
  return tokens
    .map((token) => {
      switch (token.type) {
        case 'text':
        case 'code_inline':
        case 'text_special':
          return token.content;
        case 'softbreak':
          return ' ';
        case 'hardbreak':
          return '\n';
        case 'html_inline':
          asides.add('hidden', token.content);
          return '';
        case 'image':
          asides.add('picture', `${token.content} ${token.attrGet('src') ?? ''}`);
          return '';
        case 'link_open':
          asides.add('link', `${token.attrGet('href') ?? ''} ${token.attrGet('title') ?? ''}`);
          return '';
        default:
          return '';
      }
    })
    .join('');
}
