import type { z } from 'zod';
import { caseloadReturnSchema } from './caseload-return.ts';
import type { BodySchemaName } from './envelope.ts';
import { keyRotationSchema } from './key-rotation.ts';
import { learningRecordSchema } from './learning-record.ts';
import { practiceStatementSchema } from './practice-statement.ts';

/** The schema of each kind of body that an envelope may commit to. */
export const bodySchemas = {
  'learning-record/1': learningRecordSchema,
  'practice-statement/1': practiceStatementSchema,
  'caseload-return/1': caseloadReturnSchema,
  'key-rotation/1': keyRotationSchema,
} as const satisfies Record<BodySchemaName, z.ZodType>;

/** The type of a body by the name of its schema. */
export type BodyOf<S extends BodySchemaName> = z.infer<(typeof bodySchemas)[S]>;

/** Any body. */
export type Body = BodyOf<BodySchemaName>;
