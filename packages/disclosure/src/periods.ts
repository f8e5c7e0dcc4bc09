import { DisclosureError } from './disclosure-error.ts';

const pattern = /^(20\d{2})-Q([1-4])$/;

/** The financial year (April to March) that holds a calendar quarter: `2025-Q1` lies in `2024-25`. */
export function financialYearOf(quarter: string): string {
  const { year, number } = readQuarter(quarter);
  const start = number === 1 ? year - 1 : year;
  return `${start}-${String((start + 1) % 100).padStart(2, '0')}`;
}

/** The quarter that lies `steps` quarters later (earlier when negative). */
export function shiftQuarter(quarter: string, steps: number): string {
  const { year, number } = readQuarter(quarter);
  const index = year * 4 + number - 1 + steps;
  return `${Math.floor(index / 4)}-Q${(index % 4) + 1}`;
}

/** The four quarters of a financial year, in order. */
export function quartersOf(financialYear: string): readonly string[] {
  const start = Number(financialYear.slice(0, 4));
  return [`${start}-Q2`, `${start}-Q3`, `${start}-Q4`, `${start + 1}-Q1`];
}

/** The financial years all of whose quarters are among those given, in order. */
export function completeYears(quarters: readonly string[]): readonly string[] {
  const known = new Set(quarters);
  return [...new Set(quarters.map(financialYearOf))]
    .filter((year) => quartersOf(year).every((q) => known.has(q)))
    .sort();
}

function readQuarter(quarter: string): { year: number; number: number } {
  const match = pattern.exec(quarter);
  if (match === null) throw new DisclosureError(`"${quarter}" is not a quarter such as 2024-Q3.`);
  return { year: Number(match[1]), number: Number(match[2]) };
}
