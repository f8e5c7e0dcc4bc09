import { readFile } from 'node:fs/promises';

/** One record of a SMART file: its number, and its fields by letter (`T` title, `W` words, …). */
export type SmartRecord = { readonly id: string; readonly fields: ReadonlyMap<string, string> };

/** Reads a SMART file: `.I` begins a record, a dot and a letter on a line of their own a field. Old files are in Latin-1. */
export async function readSmartRecords(file: string): Promise<SmartRecord[]> {
  const bytes = await readFile(file);
  const utf8 = new TextDecoder('utf-8').decode(bytes);
  const text = utf8.includes('\uFFFD') ? new TextDecoder('latin1').decode(bytes) : utf8;
  return text
    .replace(/\r\n?/g, '\n')
    .split(/^\.I\s+/m)
    .slice(1)
    .map((record) => {
      const [first = '', ...lines] = record.split('\n');
      const fields = new Map<string, string>();
      let field = '';
      for (const line of lines) {
        const start = /^\.([A-Z])\s*$/.exec(line);
        if (start) field = start[1] ?? '';
        else fields.set(field, `${fields.get(field) ?? ''}${line}\n`);
      }
      return { id: String(Number(first.trim())), fields };
    });
}
