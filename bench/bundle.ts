import { gzipSync } from 'node:zlib';
import type { JavaScriptContender } from './benchmark.js';

/** What a browser is sent before anything runs: that which is imported on demand is not in it. */
async function gzipped(code: string): Promise<number> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd() },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    tsconfigRaw: {},
    plugins: [
      {
        name: 'on demand',
        setup: ({ onResolve }) =>
          onResolve({ filter: /./ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : null)),
      },
    ],
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

/** The bytes of these exports: minified by esbuild, gzipped. */
export function bundled(code: string): JavaScriptContender {
  return {
    async prepare() {
      const bytes = await gzipped(code);
      return () => bytes;
    },
  };
}

/** Those bytes, less the ones of RxJS's Observable, which an application of RxJS has anyway. */
export function beyondObservable(code: string): JavaScriptContender {
  return {
    async prepare() {
      const bytes = (await gzipped(code)) - (await gzipped("export { Observable } from 'rxjs'"));
      return () => bytes;
    },
  };
}
