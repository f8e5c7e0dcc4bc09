import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';
import { playRun } from './run.ts';
import { writeScript } from './script.ts';
import { createWorld, type World } from './world.ts';

describe('a script', () => {
  it('is the same for the same seed and run, and another for another', () => {
    expect(writeScript(randomFrom(7, 1, 'script'))).toEqual(writeScript(randomFrom(7, 1, 'script')));
    expect(writeScript(randomFrom(7, 2, 'script'))).not.toEqual(writeScript(randomFrom(7, 1, 'script')));
  });
});

describe('the harness', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  }, 60_000);
  afterAll(() => world.close());

  it('finds nothing wrong with a network that survives', async () => {
    expect(await playRun(world, 1, 3)).toMatchObject({ violations: [] });
  }, 120_000);
});
