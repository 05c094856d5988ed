import { seededRandom } from '@assize/stats';
const names: Record<string,string> = {'error-bars':'errorBarRows', sequential:'sequentialRows', selective:'selectiveRows'};
for (const f of process.argv.slice(2)) {
 const m = await import(`/work/main/apps/bench/src/coverage/rows/${f}.ts`);
 let all=0;
 for (const r of m[names[f]!]('/work/shared/data')) {
  const t=performance.now(); let hit=0,def=0,w=0; const R=seededRandom(`${r.interval} ${r.population} ${r.n}`);
  for (let i=0;i<r.draws;i++){ const o=r.observe(R.stream(String(i))); if(o.value===null||!o.interval) continue; def++; w+=o.interval[1]-o.interval[0]; if(o.interval[0]<=r.truth&&r.truth<=o.interval[1]) hit++; }
  const c=hit/def, ms=performance.now()-t; all+=ms; const flag = c < r.level-.02 ? (r.documented?'MISS':'short'):(r.documented?'':'ok-undoc');
  console.log(`${r.interval.padEnd(62)} ${r.population.slice(0,60).padEnd(60)} n=${String(r.n).padStart(5)} ${c.toFixed(4)} w=${(w/def).toFixed(3)} def=${def}/${r.draws} ${ms.toFixed(0)}ms ${flag}`);
 }
 console.log(f, all.toFixed(0));
}
