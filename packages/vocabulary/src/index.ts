export * from './authorities.ts';
export * from './code.ts';
export * from './learning-fields.ts';
export * from './learning-record-codes.ts';
export * from './places.ts';
export * from './terms.ts';
export * from './themes.ts';

/** The version of the vocabulary that a publication names. A code added is a minor step; a code removed never happens. */
export const vocabularyVersion = '1.0';
