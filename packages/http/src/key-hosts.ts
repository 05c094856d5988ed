/** Where the key of an environment may travel. */
export interface KeyHosts {
  /** Hosts of the vendor; those below them count too. */
  readonly vendor: readonly string[];
  /** Further hosts that the user trusts with the key, by `allowKeyHosts`. */
  readonly allowed?: readonly string[] | undefined;
}

/**
 * Whether a key that was found in the environment may be sent to a base URL: to the vendor, to hosts that the user allows,
 * and to this machine. A key that is given beside the base URL needs no such leave, since whoever wrote both meant it.
 *
 * Away from this machine, a key does not travel in the clear.
 *
 * @example
 * keyMayGoTo('https://evil.example/v1', { vendor: ['api.openai.com'] }); // false
 */
export function keyMayGoTo(baseURL: string, { vendor, allowed = [] }: KeyHosts): boolean {
  if (!URL.canParse(baseURL)) return false;
  const { hostname, host, protocol } = new URL(baseURL);
  if (isLoopback(hostname)) return true;
  if (protocol !== 'https:') return false;
  return vendor.some((name) => isBelow(hostname, name)) || allowed.some((name) => name === host || name === hostname);
}

/** Whether a host is another's name or below it: `eu.api.openai.com` is below `api.openai.com`, `evilapi.openai.com` is not. */
export function isBelow(hostname: string, name: string): boolean {
  return hostname === name || hostname.endsWith(`.${name}`);
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
