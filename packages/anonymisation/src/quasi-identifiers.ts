import { addressMarks } from './address-marks.ts';
import { ageMarks } from './age-marks.ts';
import { dateMarks } from './date-marks.ts';
import { detailMarks } from './detail-marks.ts';
import type { GuardProfile, Mark } from './finding.ts';

/** Layer 7 on one normalised text: what is no identifier alone and becomes one with two others. */
export function quasiMarks(text: string, profile: GuardProfile): Mark[] {
  return [
    ...addressMarks(text, profile),
    ...dateMarks(text, profile),
    ...ageMarks(text, profile),
    ...detailMarks(text, profile),
  ];
}
