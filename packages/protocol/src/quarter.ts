import { z } from 'zod';

/** A calendar quarter, `2024-Q3`. */
export const quarterSchema = z.string().regex(/^20\d{2}-Q[1-4]$/, 'is a quarter such as 2024-Q3');
