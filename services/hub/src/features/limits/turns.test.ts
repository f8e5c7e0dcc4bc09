import { describe, expect, it } from 'vitest';
import { TryLater } from './try-later.ts';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('LIM-2: are so many at a time, in order; who comes when too many wait is told to come later', async () => {
    const turns = new Turns(2, 3);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const tasks = [0, 1, 2, 3, 4].map((number) =>
      turns.run(() => {
        begun.push(number);
        return new Promise<number>((resolve) => {
          ends[number] = () => resolve(number);
        });
      }),
    );
    await expect(turns.run(async () => begun.push(99))).rejects.toBeInstanceOf(TryLater);
    expect(begun).toEqual([0, 1]);
    for (const number of [1, 0, 2, 3, 4]) {
      ends[number]?.();
      await tasks[number];
    }
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  it('are given back when a task fails', async () => {
    const turns = new Turns(1, 1);
    const failing = turns.run(() => Promise.reject(new Error('on purpose')));
    const next = turns.run(async () => 'done');
    await expect(failing).rejects.toThrow('on purpose');
    expect(await next).toBe('done');
    expect(await turns.run(async () => 'again')).toBe('again');
  });
});
