import { startFakeProvider } from '@assize/testkit/fake-provider';

/** Asks a fake provider twice: the first call is turned down and says how long to wait, the second is answered. */
export async function askTwice(): Promise<string[]> {
  await using server = await startFakeProvider({ seed: 7, script: ['429-seconds'] });
  const ask = () =>
    fetch(`${server.openaiBaseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'How good is it? [[s=0.73]]' }] }),
    });
  const [first, second] = [await ask(), await ask()];
  const answer = /"content":"(.*?)"/.exec(await second.text())?.[1] ?? '';
  return [`${first.status}, wait ${first.headers.get('retry-after')} s`, answer];
}
