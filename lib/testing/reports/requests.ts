import { builtin } from '../../kernel/index.js';

/** A socket, as far as it matters here. */
interface Socket {
  readonly connecting?: boolean;
  /** The request or the response of `node:http` that it carries. */
  readonly _httpMessage?: { readonly req?: unknown } | null;
}

interface Process {
  getActiveResourcesInfo?(): string[];
  _getActiveHandles?(): Socket[];
}

/**
 * What tells whether the process waits for requests: those that the runtime lists, of files, names, connections; and HTTP
 * exchanges, which it does not list but whose sockets tell of them. Exchanges that a server in this very process is at work on do
 * not count: it may need the clock for its answer. Null where the runtime tells of nothing.
 *
 * @internal
 */
export function requestsListed(): (() => boolean) | null {
  const host = builtin<Process>('node:process') ?? (globalThis as { process?: Process }).process;
  if (typeof host?.getActiveResourcesInfo !== 'function') return null;
  return () => host.getActiveResourcesInfo!().some(isRequest) || exchanges(host._getActiveHandles?.() ?? []) > 0;
}

/** `FSReqCallback`, `GetAddrInfoReqWrap`, `TCPConnectWrap`, `WriteWrap`, …; not handles, not timers. */
function isRequest(name: string): boolean {
  return /Req|(?:Connect|Write|Shutdown|Send)Wrap$/.test(name);
}

/** How many HTTP exchanges, and connections that are being made, wait for somebody outside of this process. */
function exchanges(handles: readonly Socket[]): number {
  let count = 0;
  for (const handle of handles) {
    if (handle._httpMessage) count += handle._httpMessage.req === undefined ? 1 : -1;
    else if (handle.connecting === true || isBusyFetch(handle)) count++;
  }
  return count;
}

/** A connection of `fetch`: while nothing goes on, it is not held and so not listed. */
function isBusyFetch(handle: object): boolean {
  const names = Object.getOwnPropertySymbols(handle).map((symbol) => symbol.description);
  return names.includes('parser') && names.includes('client');
}
