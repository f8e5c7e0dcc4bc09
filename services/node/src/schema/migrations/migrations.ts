import { reviewsAndPublications } from './0001-reviews-and-publications.ts';

export const migrations = {
  '0001-reviews-and-publications': reviewsAndPublications,
};
