/** One measured line: what was measured, the two sides where there are two, the ratio, and the aim. */
export type Measurement = { name: string; value: number; unit: string; aim: string; met: boolean; detail: string };
