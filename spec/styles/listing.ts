import type { Body, Program, Statement } from './program.js';

/** A program as a person likes to read it. */
export function listing({ seed, main }: Program): string {
  return [`seed ${seed}`, ...bodyLines(main, '  ')].join('\n');
}

function bodyLines(body: Body, indent: string): string[] {
  return body.flatMap((statement) => statementLines(statement, indent));
}

function statementLines(statement: Statement, indent: string): string[] {
  const words: string[] = [statement.op];
  const below: string[] = [];
  const inner = `${indent}  `;
  const add = (name: string, value: unknown): void => {
    if (isBody(value)) {
      if (name !== 'body') below.push(`${indent}${name}:`);
      below.push(...bodyLines(value, inner));
    } else if (Array.isArray(value) && value.some(Array.isArray)) {
      for (const [index, part] of (value as unknown[]).entries()) {
        below.push(`${inner}${name}[${index}]:`, ...bodyLines(part as Body, `${inner}  `));
      }
    } else if (Array.isArray(value)) {
      words.push(`${name}=[${value.join(', ')}]`);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, field] of Object.entries(value)) add(`${name === 'project' ? '' : `${name}.`}${key}`, field);
    } else if (name === 'id') {
      words.push(String(value));
    } else if (value !== false) {
      words.push(`${name}=${String(value)}`);
    }
  };
  for (const [name, value] of Object.entries(statement)) if (name !== 'op') add(name, value);
  return [indent + words.join(' '), ...below];
}

function isBody(value: unknown): value is Body {
  return Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null && 'op' in item);
}
