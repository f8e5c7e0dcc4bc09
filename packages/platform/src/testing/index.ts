export { freePort } from '../free-port.ts';
export * from './test-database.ts';
export * from './test-redis.ts';
