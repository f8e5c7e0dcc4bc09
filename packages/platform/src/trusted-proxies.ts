import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * A setting that lists the proxies whose word about where a request comes from is believed: addresses and ranges (RFC 4632),
 * with commas between. None when it is not set: anybody can write an `X-Forwarded-For`.
 */
export const trustedProxies = z
  .string()
  .default('')
  .transform((list) => list.split(',').flatMap((each) => each.trim() || []))
  .refine((list) => list.every(isAddressOrRange))
  .describe('the addresses or ranges of your own proxies, such as 10.0.0.7 or 10.1.0.0/16, with commas between');

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const longest = { 4: 32, 6: 128 }[isIP(address)];
  if (longest === undefined || more.length > 0) return false;
  // A range of everybody would be no list of proxies.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= longest);
}
