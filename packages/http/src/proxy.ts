const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'NO_PROXY', 'no_proxy'] as const;

/** What the environment says of proxies, in the words of `http.Agent`. */
export interface ProxySettings {
  /** Left out when no proxy is named. */
  readonly env?: { readonly [name in (typeof names)[number]]?: string };
  /** Whether a proxy is named and this Node's `http.Agent` cannot use it (before 22.21 and 24.5). */
  readonly unsupported: boolean;
}

/** Reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case. */
export function proxySettings(
  env: { readonly [name: string]: string | undefined },
  supported = process.allowedNodeEnvironmentFlags.has('--use-env-proxy'),
): ProxySettings {
  const found = Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const named = Object.keys(found).some((name) => !/^no_/i.test(name));
  return named ? { unsupported: !supported, ...(supported ? { env: found } : {}) } : { unsupported: false };
}

/**
 * Whether somebody gave the global `fetch` a dispatcher of their own (a proxy, certificates, a recorder), which a transport
 * beside it would pass by. Node's own is an `Agent`.
 */
export function isDispatched(): boolean {
  const dispatcher: unknown = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'));
  return typeof dispatcher === 'object' && dispatcher !== null && dispatcher.constructor.name !== 'Agent';
}
