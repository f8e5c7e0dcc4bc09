import { notSignedIn, type Person } from '@practice-exchange/web';
import type { FastifyRequest } from 'fastify';

/** Who asks. Routes that declare an access other than public always have somebody. */
export function personOf(request: FastifyRequest): Person {
  if (!request.person) throw notSignedIn();
  return request.person;
}
