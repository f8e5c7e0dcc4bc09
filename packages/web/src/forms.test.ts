import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formError, readForm } from './forms.ts';

const form = z.object({
  title: z.string().trim().min(1, 'Enter a title'),
  themes: z.array(z.string()).min(1, 'Choose a theme'),
  when: z.object({ quarter: z.string('Enter a quarter') }, 'Enter a quarter').optional(),
});

describe('readForm', () => {
  it('gives the value', () => {
    expect(readForm(form, { title: ' A title ', themes: ['one'], _csrf: 'token' })).toEqual({
      ok: true,
      value: { title: 'A title', themes: ['one'] },
      values: { title: ' A title ', themes: ['one'] },
    });
  });

  it('gives one error per field, in the order of the form, and what was typed', () => {
    const strict = form.extend({
      title: z
        .string()
        .min(5, 'Enter a longer title')
        .regex(/^[A-Z]/, 'Start with a capital'),
    });
    expect(readForm(strict, { title: 'abc', themes: [], _csrf: 'token' })).toEqual({
      ok: false,
      values: { title: 'abc', themes: [] },
      errors: [
        { field: 'title', message: 'Enter a longer title', href: '#title' },
        { field: 'themes', message: 'Choose a theme', href: '#themes' },
      ],
    });
  });

  it('gives back a text with the line ends it was shown with', () => {
    expect(readForm(form, { title: 'one\r\ntwo', themes: ['a'] }).values.title).toBe('one\ntwo');
  });

  it.each([null, undefined, 'text', 7, [], { title: { nested: 'x' } }])('never throws: %j', (body) => {
    expect(readForm(form, body).ok).toBe(false);
  });

  it('puts a mistake that only the service could find in the same shape', () => {
    expect(formError('title', 'Taken')).toEqual({ field: 'title', message: 'Taken', href: '#title' });
  });
});
