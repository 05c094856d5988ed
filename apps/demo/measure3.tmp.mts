import { readFileSync, writeFileSync } from 'node:fs';
import { defineJudge } from '@assize/judges';
const items = readFileSync('/work/main/apps/demo/data/pairs.jsonl', 'utf8').trim().split('\n').map((l) => JSON.parse(l));
let ms = 0, n = 0, tok = 0; const logs: any[] = [];
const model = { contract: 1, id: 'm', abilities: { logprobs: true, topLogprobs: 20, jsonSchema: false, seed: true, temperature: true }, async generate(r: any) {
  const t = performance.now();
  const y: any = await (await fetch('http://127.0.0.1:8090/v1/chat/completions', { method: 'POST', body: JSON.stringify({ model: 'm', messages: r.messages, max_tokens: r.maxOutputTokens, temperature: r.temperature, logprobs: true, top_logprobs: 20 }) })).json();
  ms += performance.now() - t; n++; tok += y.usage.prompt_tokens;
  const c = y.choices[0];
  if (n === 1) console.log(r.messages.map((m: any) => m.content).join('\n--\n'), '\n=>', c.message.content);
  return { text: c.message.content, stop: c.finish_reason === 'length' ? 'cut' : 'done', served: y.model, usage: { inputTokens: y.usage.prompt_tokens, outputTokens: y.usage.completion_tokens }, logprobs: c.logprobs.content.map((k: any) => ({ token: k.token, logprob: k.logprob, top: k.top_logprobs.map(({ token, logprob }: any) => ({ token, logprob })) })) };
} };
for (const x of ['a', 'b']) {
  ms = n = tok = 0;
  const judge = defineJudge(JSON.parse(readFileSync(`/work/main/apps/demo/data/rubric-${x}.json`, 'utf8')));
  const st: any = {}; let first = 0, rated = 0, acc = 0, both = 0, short = 0, deb = 0; const reasons: any = {};
  for (const it of items) {
    const rs: any[] = await judge.rate(it, { signal: new AbortController().signal, random: {} as any, model: () => model as any });
    const d = [0, 0];
    for (const r of rs) { st[r.status] = (st[r.status] ?? 0) + 1; if (r.status === 'rated') { rated++; first += r.value === r.order[0]; acc += r.value === it.metadata.gold; d[0] += r.distribution[0]; d[1] += r.distribution[1]; } else reasons[r.reason.slice(0, 30)] = (reasons[r.reason.slice(0, 30)] ?? 0) + 1; }
    const ok = rs.filter((r) => r.status === 'rated'); if (ok.length === 2) { both++; const p = d[0] > d[1] ? 0 : 1; deb += p === it.metadata.gold; short += it.responses[p].content.length < it.responses[1 - p].content.length; }
  }
  console.log(x, st, reasons, { first: first / rated, acc: acc / rated, both, meanAcc: deb / both, short: short / both, ms: ms / n, tok: tok / n, n });
}
