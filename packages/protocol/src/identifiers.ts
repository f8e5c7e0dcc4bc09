import { z } from 'zod';

/** A UUID (RFC 9562) in lower case, the id of an authority, a node, a hub or a learning record. */
export const idSchema = z.uuid().regex(/^[0-9a-f-]{36}$/, 'is a UUID in lower case');

/** A SHA-256 as base64url without padding. */
export const digestSchema = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'is a SHA-256 in base64url');

/** A count from 1. */
export const ordinalSchema = z.int().min(1);

/** A moment in UTC (RFC 3339), `2025-01-31T09:30:00Z`, with or without milliseconds. */
export const instantSchema = z.iso
  .datetime()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/, 'is a moment in UTC such as 2025-01-31T09:30:00Z');
