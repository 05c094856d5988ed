// What the programs of the peers share: the same items as ours, a pool where the peer has none, and what is counted.
export const [, , baseURL, calls, concurrency] = process.argv.map((text) => (/^\d+$/.test(text) ? Number(text) : text));

/** The score that is right for an item, from 1 to 5: it stands in the text that is judged. */
export const rightScore = (index) => 1 + (index % 5);

/** What is judged: `answer` makes of a score what the peer expects the model to write. */
export const responseOf = (index, answer) =>
  `A response of some length, number ${index}, that says [[answer: ${answer(rightScore(index))}]].`;

/** Asks for the score of every item, so many at once, and counts right, wrong and lost ones. */
export async function measureCalls(scoreOf) {
  const counts = { right: 0, wrong: 0, lost: 0 };
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let next = 0;
  const worker = async () => {
    while (next < calls) {
      const index = next;
      next += 1;
      try {
        const score = await scoreOf(index);
        if (typeof score !== 'number' || Number.isNaN(score)) counts.lost += 1;
        else if (Math.abs(score - rightScore(index)) < 1e-9) counts.right += 1;
        else counts.wrong += 1;
      } catch {
        counts.lost += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(cpu);
  print({ ...counts, wallMs: performance.now() - began, cpuMs: (user + system) / 1000 });
}

export function print(measured) {
  const rssMb = measured.rssMb ?? process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`\n${JSON.stringify({ ...measured, rssMb })}\n`, () => process.exit());
}
