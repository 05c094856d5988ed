import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const lastNames = new WeakMap<Socket, string>();

/**
 * Whether this reply was on its connection before, by the name that the provider gave it.
 *
 * A server, or a proxy before it, that answers twice would else have its second answer taken for that of the next question,
 * and each later one for that of the question after. Where replies have no name (`x-request-id`, `request-id`), nobody can
 * tell.
 */
export function isRepeated({ headers, socket }: IncomingMessage): boolean {
  const name = headers['x-request-id'] ?? headers['request-id'];
  if (typeof name !== 'string') return false;
  const before = lastNames.get(socket);
  lastNames.set(socket, name);
  return before === name;
}
