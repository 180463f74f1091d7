import { Context } from '../../kernel/index.js';
import { traceHeaders } from './carry-trace.js';
import { isCloneable } from './values.js';
import type { Carried } from './wire.js';

/**
 * What of the context at hand goes along with a job: the context variables whose values can be copied, by name, and the trace
 * that OpenTelemetry is in, if its API is in use. Undefined if there is nothing.
 *
 * @internal
 */
export function carry(bytesOnly = false): Carried | undefined {
  const context = Context.current();
  const trace = traceHeaders();
  const variables = [...context.byName()].filter(([, value]) => isCloneable(value, bytesOnly));
  if (variables.length === 0 && trace === undefined) return undefined;
  return { ...(variables.length > 0 ? { variables } : {}), ...trace };
}
