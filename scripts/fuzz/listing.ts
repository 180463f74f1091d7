/** Keys that hold a list of statements. */
const bodies = new Set(['main', 'body', 'then', 'else', 'finally', 'do', 'coro']);

type Node = Readonly<Record<string, unknown>>;

/** A program as a person likes to read it: one statement a line, bodies indented. */
export function listing(program: { readonly main: unknown; readonly eager?: unknown }): string {
  return [program.eager ? 'main (eager tasks):' : 'main:', ...listBody(program.main as Node[], '  ')].join('\n');
}

function listBody(statements: readonly Node[], indent: string): string[] {
  return statements.flatMap((statement) => listStatement(statement, indent));
}

function listStatement(statement: Node, indent: string): string[] {
  const inner = `${indent}  `;
  const words: string[] = [];
  const parts: string[] = [];
  for (const [key, value] of Object.entries(statement)) {
    if (key === 'except') {
      for (const { match, body } of value as { match: string; body: Node[] }[]) {
        parts.push(`${indent}except ${match}:`, ...listBody(body, inner));
      }
    } else if (bodies.has(key)) {
      if (key !== 'body' && key !== 'do') parts.push(`${indent}${key}:`);
      parts.push(...listBody(value as Node[], inner));
    } else if (key === 'op' || key === 'name' || key === 'id') {
      words.push(String(value));
    } else {
      const [text, ...coroutines] = showValue(value, inner);
      words.push(`${key}=${text}`);
      parts.push(...coroutines);
    }
  }
  return [indent + words.join(' '), ...parts];
}

/** A value on one line, followed by the bodies of the coroutines in it. */
function showValue(value: unknown, indent: string): [string, ...string[]] {
  const below: string[] = [];
  const show = (part: unknown): string => {
    if (Array.isArray(part)) return `[${part.map(show).join(', ')}]`;
    if (typeof part === 'string') return part;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part) ?? 'null';
    const node = part as Node;
    if ('coro' in node) {
      const label = String(node['label'] ?? 'coroutine');
      below.push(`${indent}${label}:`, ...listBody(node['coro'] as Node[], `${indent}  `));
      return `<${label}>`;
    }
    return `(${Object.entries(node)
      .map(([key, field]) => `${key} ${show(field)}`)
      .join(', ')})`;
  };
  const text = show(value);
  return [text, ...below];
}
