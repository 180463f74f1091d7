/** Not what the server says about the job, but that it could not be asked. @internal */
export function isConnectionError(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // classes 08 (connection), 57P (the server stops or starts), 53 (no resources); E…: of the system
  if (typeof code === 'string' && /^(08|57P|53|E[A-Z]+$)/.test(code)) return true;
  return /connection (terminated|ended|closed|timeout)|timeout exceeded when trying to connect|not queryable/i.test(
    String(message),
  );
}
