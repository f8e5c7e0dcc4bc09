import loadHighs, { type Highs } from 'highs';

// The package declares its types for CommonJS, where the function would be a property of the default export.
const load = loadHighs as unknown as () => Promise<Highs>;

let loading: Promise<Highs> | undefined;

/** The solver, loaded once. HiGHS, compiled to WebAssembly. */
export function loadSolver(): Promise<Highs> {
  loading ??= load();
  return loading;
}
