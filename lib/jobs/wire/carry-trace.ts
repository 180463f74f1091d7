import type { Carried } from './wire.js';

/** What the API package of OpenTelemetry registers for all copies of itself. */
interface OpenTelemetry {
  readonly context?: { active(): unknown; with<R>(context: unknown, fn: () => R): R };
  readonly propagation?: {
    inject(context: unknown, carrier: object, setter: object): void;
    extract(context: unknown, carrier: object, getter: object): unknown;
  };
}

function openTelemetry(): OpenTelemetry | undefined {
  return (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')] as OpenTelemetry | undefined;
}

/** The headers of the trace at hand, or undefined. @internal */
export function traceHeaders(): { traceparent?: string; tracestate?: string } | undefined {
  const { context, propagation } = openTelemetry() ?? {};
  if (context === undefined || propagation === undefined) return undefined;
  const headers: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(context.active(), headers, {
    set(carrier: Record<string, string>, key: string, value: string) {
      if (key === 'traceparent' || key === 'tracestate') carrier[key] = value;
    },
  });
  return headers.traceparent === undefined ? undefined : headers;
}

/** Calls `fn` in the trace that came along, where OpenTelemetry is set up. @internal */
export function inTrace<R>(carried: Carried, fn: () => R): R {
  const { context, propagation } = openTelemetry() ?? {};
  if (carried.traceparent === undefined || context === undefined || propagation === undefined) return fn();
  const extracted = propagation.extract(context.active(), carried, {
    get: (carrier: Record<string, unknown>, key: string) => carrier[key],
    keys: (carrier: object) => Object.keys(carrier),
  });
  return context.with(extracted, fn);
}
