/**
 * Where the compiled library is: the URL of this very file. The build puts the counterpart into the CommonJS files, where
 * there is no `import.meta`.
 *
 * @internal
 */
// @ts-ignore -- CommonJS knows no import.meta: see scripts/build.mjs
export const here: string = import.meta.url;
