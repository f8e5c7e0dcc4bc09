import { expect, it } from 'vitest';
import { spokenGroups } from './spoken.ts';

it('says each group of a code as it is said over the telephone', () => {
  expect(spokenGroups('J3XC-NZ0L')).toEqual([
    { text: 'J3XC', said: 'Juliett three X-ray Charlie' },
    { text: 'NZ0L', said: 'November Zulu zero Lima' },
  ]);
});
