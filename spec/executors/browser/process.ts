/** What packages that were made for Node look at when they are loaded. */
export const process = { env: {}, platform: 'browser', versions: {}, argv: [], cwd: () => '/', stdout: {} };
