import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

test('the example of the README runs as it is printed there and says what it prints', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const { kappa } = await import('../examples/two-raters.ts');
  expect(kappa).toMatchObject({
    value: expect.closeTo(0.75, 1),
    n: 12,
    interval: [expect.any(Number), expect.any(Number)],
  });
  expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^kappa 0\.\d\d, n = 12, cohen-kappa\/quadratic/));
  log.mockRestore();
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = readFileSync(new URL('../examples/two-raters.ts', import.meta.url), 'utf8');
  expect(readme).toContain(example.trim());
});
