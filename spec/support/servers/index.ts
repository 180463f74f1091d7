export { type Needs, describeWith, missing } from './describe-with.js';
export { type OpenedPage, openPage } from './open-page.js';
export { startPostgres } from './postgres.js';
export { type RedisPersistence, startRedis } from './redis.js';
export type { Server } from './server.js';
