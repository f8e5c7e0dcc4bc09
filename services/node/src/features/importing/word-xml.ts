import { DOMParser, type Document, type Element, type Node } from '@xmldom/xmldom';
import { DocumentRefused } from './imported-document.ts';

/** XML as a tree. A document type is refused: Word writes none, and entities are how small files become large ones. */
export function parseXml(xml: string): Document {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new DocumentRefused('malformed');
  const refuse = () => {
    throw new DocumentRefused('malformed');
  };
  try {
    return new DOMParser({ onError: refuse }).parseFromString(xml, 'text/xml');
  } catch {
    throw new DocumentRefused('malformed');
  }
}

/** Elements of these local names, whatever their namespace: Word has a transitional and a strict one. */
export function elements(root: Document | Element, ...names: string[]): Element[] {
  return names.flatMap((name) => [...root.getElementsByTagNameNS('*', name)]);
}

/** Elements that are in none other of the same names. */
export function outermost(root: Document | Element, ...names: string[]): Element[] {
  return elements(root, ...names).filter((element) => !isInside(element, names));
}

export function isInside(element: Element, names: readonly string[]): boolean {
  for (let node: Node | null = element.parentNode; node; node = node.parentNode) {
    if (names.includes((node as Element).localName ?? '')) return true;
  }
  return false;
}

export function remove(element: Node): void {
  element.parentNode?.removeChild(element);
}

/** An attribute by its local name. */
export function attribute(element: Element, name: string): string | null {
  for (const { localName, value } of element.attributes) if (localName === name) return value;
  return null;
}

/** The first child element of a name. */
export function child(element: Element, name: string): Element | undefined {
  for (const node of element.childNodes) if ((node as Element).localName === name) return node as Element;
  return undefined;
}

/** Words as they are read: tabs and line ends as they stand, one line for a paragraph, cells of a row beside each other. */
export function wordsOf(element: Element): string {
  const parts: string[] = [];
  collect(element, parts);
  return parts
    .join('')
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/(?:^[|\s]+|[|\s]+$)/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

function collect(node: Node, parts: string[]): void {
  switch ((node as Element).localName) {
    case 't':
    case 'delText':
      parts.push(node.textContent ?? '');
      return;
    case 'tab':
      parts.push('\t');
      return;
    case 'br':
    case 'cr':
      parts.push('\n');
      return;
    case 'noBreakHyphen':
      parts.push('-');
      return;
    case 'instrText':
      return;
  }
  for (const inner of node.childNodes) collect(inner, parts);
  if ((node as Element).localName === 'p') parts.push(isInCell(node) ? ' ' : '\n');
  if ((node as Element).localName === 'tc') parts.push(' | ');
  if ((node as Element).localName === 'tr') parts.push('\n');
}

function isInCell({ parentNode }: Node): boolean {
  return (parentNode as Element | null)?.localName === 'tc';
}
