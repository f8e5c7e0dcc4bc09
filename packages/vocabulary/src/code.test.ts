import { expect, it } from 'vitest';
import { labelOf, notStated } from './code.ts';

it('VER-6: a code of a newer vocabulary is shown as it is', () => {
  expect(labelOf(notStated, 'withheld')).toBe('Withheld');
  expect(labelOf(notStated, 'moon-base')).toBe('moon-base');
});
