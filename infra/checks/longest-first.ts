import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest, longest first: a file that is begun last and takes minutes leaves the other worker idle. */
const long = [
  /\/faults\/faults\.test\.ts$/,
  /\/faults\/breakages\.test\.ts$/,
  /\.browser\.test\.ts$/,
  /\/network\/tests\//,
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((pattern) => pattern.test(moduleId));
  return at === -1 ? long.length : at;
};

/** The order of the test files: the known long ones, then as Vitest orders them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
