import { reviewsAndPublications } from './0001-reviews-and-publications.ts';
import { guardAndSignOff } from './0002-guard-and-sign-off.ts';
import { authoring } from './0003-authoring.ts';

export const migrations = {
  '0001-reviews-and-publications': reviewsAndPublications,
  '0002-guard-and-sign-off': guardAndSignOff,
  '0003-authoring': authoring,
};
