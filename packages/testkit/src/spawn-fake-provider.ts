import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import type { FakeCall } from './fake-call.ts';
import type { FakeProviderSettings } from './fake-settings.ts';

/** A fake provider in a process of its own, so that it takes no time from the caller's thread. */
export interface RemoteFakeProvider extends AsyncDisposable {
  readonly url: string;
  readonly openaiBaseURL: string;
  readonly anthropicBaseURL: string;
  /** Counts since the start or the last reset. */
  readonly traffic: () => Promise<{ count: number; inFlight: number; peak: number; distinct: number }>;
  /** The calls that were answered since then, in order. */
  readonly answered: () => Promise<FakeCall[]>;
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a fake provider in a child process and waits until it listens.
 *
 * @example
 * await using server = await spawnFakeProvider({ latencyMs: 50 });
 */
export async function spawnFakeProvider(settings: FakeProviderSettings = {}): Promise<RemoteFakeProvider> {
  const here = new URL(`./fake-provider${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href;
  const program = `(await import(${JSON.stringify(here)})).runFakeProvider(${JSON.stringify(settings)})`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const addresses = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the fake provider ended with code ${code} before it listened`)));
    child.once('error', reject);
  });
  const { url, openaiBaseURL, anthropicBaseURL } = JSON.parse(addresses) as {
    [name in 'url' | 'openaiBaseURL' | 'anthropicBaseURL']: string;
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return {
    url,
    openaiBaseURL,
    anthropicBaseURL,
    traffic: async () =>
      (await (await fetch(`${url}/fake/traffic`)).json()) as Awaited<ReturnType<RemoteFakeProvider['traffic']>>,
    answered: async () => (await (await fetch(`${url}/fake/answered`)).json()) as FakeCall[],
    reset: async () => void (await fetch(`${url}/fake/reset`, { method: 'POST' })),
    close,
    [Symbol.asyncDispose]: close,
  };
}
