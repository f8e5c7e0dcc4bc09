import type { z } from 'zod';

/** One mistake: the field, the sentence shown both in the summary and beside the field, and the link between them. */
export type FormError = { readonly field: string; readonly message: string; readonly href: string };

/** What was typed, as it was typed, to be shown again. */
export type FormValues = Readonly<Record<string, string | readonly string[]>>;

export type FormReading<T> =
  | { readonly ok: true; readonly value: T; readonly values: FormValues }
  | { readonly ok: false; readonly values: FormValues; readonly errors: readonly FormError[] };

/**
 * Reads a posted form with a zod schema whose messages are sentences for people ("Enter a title"). Never throws for what was
 * typed: gives the value, or the typed values with one error per field in the schema's order. The field's `id` on the page is its
 * name (for a group, that of its first item); nested names are joined with `-`.
 */
export function readForm<S extends z.ZodType>(schema: S, body: unknown): FormReading<z.output<S>> {
  const values = readTypedValues(body);
  const parsed = schema.safeParse(values);
  if (parsed.success) return { ok: true, value: parsed.data, values };
  const errors: FormError[] = [];
  for (const issue of parsed.error.issues) {
    const field = issue.path.map(String).join('-') || 'form';
    if (!errors.some((error) => error.field === field)) errors.push(formError(field, issue.message));
  }
  return { ok: false, values, errors };
}

/** A mistake that only the service could find ("That title is taken"), in the same shape. */
export function formError(field: string, message: string): FormError {
  return { field, message, href: `#${field}` };
}

/** What was typed in a posted form: texts and lists of texts, with plain line ends and without the form's token. */
export function readTypedValues(body: unknown): FormValues {
  if (typeof body !== 'object' || body === null) return {};
  const values: [string, string | string[]][] = [];
  for (const [name, value] of Object.entries(body)) {
    if (name === '_csrf') continue;
    if (typeof value === 'string') values.push([name, unixLines(value)]);
    else if (Array.isArray(value)) {
      values.push([name, value.filter((item) => typeof item === 'string').map(unixLines)]);
    }
  }
  return Object.fromEntries(values);
}

/** Browsers send CRLF from a textarea; a text that was not edited must come back unchanged. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
