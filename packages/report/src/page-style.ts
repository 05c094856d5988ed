/**
 * The style sheet of every page. It must hold no `<`, no `&` and nothing that comes from a card: its hash is in the policy.
 *
 * Colours are pairs that reach 4.5:1 on their ground in both schemes; print is always light.
 */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#fff;--panel:#f5f6f8;--ink:#1b1f24;--soft:#545d68;--rule:#d5dae0;--faint:#e9ecf0;
--judge:#1d4f91;--person:#8a5200;--pass:#17663a;--warn:#805100;--fail:#b3241c;--open:#5a4a8f;--none:#545d68;
--pass-ground:#e3f2e8;--warn-ground:#fbeed3;--fail-ground:#fbe3e0;--shade:#1d4f91;--on-shade:#fff}
@media screen and (prefers-color-scheme:dark){:root{--paper:#121519;--panel:#1a1f25;--ink:#e6e9ec;--soft:#a4adb7;--rule:#363e47;--faint:#252b32;
--judge:#8ab8f5;--person:#e6ae5c;--pass:#72cf97;--warn:#e6b45a;--fail:#ff9086;--open:#bfb0f2;--none:#a4adb7;
--pass-ground:#1c3326;--warn-ground:#38301b;--fail-ground:#3f2321;--shade:#8ab8f5;--on-shade:#0c1117}}
*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{max-width:66rem;margin:0 auto;padding:2rem 1.5rem 4rem;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
h1,h2,h3,p,dl,dd,ul,figure{margin:0}
h1{font-size:1.9rem;line-height:1.2;letter-spacing:-.01em;font-weight:650}
h2{font-size:1.3rem;line-height:1.3;font-weight:650}
h3{font-size:1.05rem;line-height:1.35;font-weight:650}
a{color:var(--judge);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--judge);outline-offset:2px;border-radius:3px}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.skip{position:absolute;left:-99rem;top:.5rem;padding:.5rem 1rem;background:var(--paper);border:2px solid var(--judge);z-index:1}
.skip:focus{left:.5rem}
.eyebrow{color:var(--soft);font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;margin-bottom:.25rem}
.soft{color:var(--soft)}
.verdict{margin:1.5rem 0;padding:1.1rem 1.4rem 1.2rem;border:1px solid var(--rule);border-left:.5rem solid var(--tone);border-radius:4px;background:var(--panel)}
.verdict h2{font-size:1.6rem;line-height:1.2;color:var(--tone)}
.verdict ul{margin-top:.6rem;padding-left:1.1rem}
.verdict li{margin:.2rem 0}
.fit{--tone:var(--pass)}.fit-with-correction{--tone:var(--warn)}.unfit,.broken{--tone:var(--fail)}.not-enough-evidence{--tone:var(--open)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.9rem 1.5rem}
.facts dt{color:var(--soft);font-size:.82rem}
.facts dd{font-weight:550}
section{margin-top:2.75rem}
section>h2{padding-bottom:.35rem;border-bottom:2px solid var(--ink);margin-bottom:.4rem}
nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.25rem}
nav{margin-top:1.5rem;font-size:.95rem}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.92rem;table-layout:fixed}
.findings th:nth-child(1){width:21%}.findings th:nth-child(2){width:31%}.findings .part th{width:auto}
.figures th:nth-child(1){width:27%}.figures th:nth-child(2){width:30%}
.evidence th:nth-child(1){width:27%}.provenance th:nth-child(1){width:22%}
.cards th:nth-child(1){width:30%}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding:.35rem 0 .5rem}
th,td{text-align:left;vertical-align:baseline;padding:.42rem .9rem .42rem 0;border-bottom:1px solid var(--faint)}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.8rem;font-weight:550;border-bottom:1px solid var(--rule);vertical-align:bottom}
tbody th{font-weight:550}
tr.part th{padding-top:1.1rem;font-size:1rem;font-weight:650;border-bottom:1px solid var(--rule)}
td small,th small{display:block;color:var(--soft);font-size:.82rem;font-weight:400}
.answer{white-space:nowrap}
.answer b{display:inline-block;min-width:4.4em;text-align:right;font-weight:650}
.answer .range{display:inline-block;min-width:10.5em;padding-left:.5em}
.answer .words,.answer .size{white-space:normal}
.answer .size{color:var(--soft);padding-left:.5em}
.cards .answer .size{display:block;padding-left:0}.cards .answer b{min-width:0}
.outcome{display:inline-block;min-width:5.2em;padding:.05rem .5rem;border:1px solid var(--tone);border-radius:3px;color:var(--tone);background:var(--paper);font-size:.8rem;font-weight:650;line-height:1.5;text-align:center;white-space:nowrap;overflow-wrap:normal}
.cards .outcome{margin:.3rem 0}
.outcome.fail{--tone:var(--fail);background:var(--fail);color:var(--paper)}
.outcome.unfit,.outcome.broken{background:var(--fail);color:var(--paper)}
.outcome.warn{--tone:var(--warn)}.outcome.pass{--tone:var(--pass)}
.outcome.inconclusive{--tone:var(--open);border-style:dashed}.outcome.not-applicable{--tone:var(--none);border-style:dotted}
.severity{color:var(--soft);font-size:.8rem;padding-left:.5em;white-space:nowrap}
.finding{padding:1.5rem 0;border-top:1px solid var(--rule);display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:.5rem 2.5rem;align-items:start}
.finding:first-of-type{border-top:0}
.finding .text{display:grid;gap:.6rem}
.finding .full{grid-column:1/-1}
.finding header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .75rem}
.finding header h3{flex:1 1 14rem}
.decides{border-left:3px solid var(--rule);padding-left:.8rem}
.decides .big{font-size:1.15rem;font-weight:650}
.label{font-weight:650}
.plots{display:grid;gap:1.5rem}.plots.full{margin-top:.75rem}.plots.beside{grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1.5rem 2.5rem;margin-top:1rem}
.plot-title::first-letter,.decides>.soft:first-child::first-letter{text-transform:uppercase}
.plot-title{font-weight:600;font-size:.9rem;margin-bottom:.4rem}
figcaption{color:var(--soft);font-size:.8rem;line-height:1.45;margin-top:.4rem}
.legend{list-style:none;padding:0;margin-top:.3rem;display:flex;flex-wrap:wrap;gap:0 1rem}
details{margin-top:.35rem}
summary{cursor:pointer;color:var(--judge);font-size:.92rem;padding:.15rem 0;width:fit-content}
details[open]>summary{margin-bottom:.25rem}
pre{margin:.5rem 0 0;padding:.9rem 1rem;background:var(--panel);border:1px solid var(--rule);border-radius:4px;white-space:pre-wrap}
footer{margin-top:3.5rem;padding-top:.8rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.85rem}
svg{display:block;overflow:visible;font-size:12px}
svg text{fill:var(--ink)}
svg .row-number{font-size:11.5px;fill:var(--soft)}
svg .row-label,svg .row-number{paint-order:stroke;stroke:var(--paper);stroke-width:3;stroke-linejoin:round}
svg .row-label{font-weight:550}
svg .tick{fill:var(--soft);font-size:11px}
svg .track{stroke:var(--faint);stroke-width:2}
svg .base,svg .grid{stroke:var(--rule)}
svg .reference{stroke:var(--judge);stroke-dasharray:4 4;opacity:.75}
svg .interval{stroke-width:3.5;stroke-linecap:butt}
svg .interval.judge{stroke:var(--judge)}svg .interval.person{stroke:var(--person)}svg .interval.slice{stroke:var(--judge);stroke-width:3}
svg .mark.judge,svg .mark.slice{fill:var(--judge);stroke:var(--paper);stroke-width:1.5}
svg .mark.person{fill:var(--paper);stroke:var(--person);stroke-width:2.5}
svg .band{stroke:var(--paper)}
svg .band.pass{fill:var(--pass-ground)}svg .band.warn{fill:var(--warn-ground)}svg .band.fail{fill:var(--fail-ground)}
svg .band-name{font-size:11px;fill:var(--soft)}
svg .limit{stroke:var(--soft);stroke-dasharray:2 2}
svg .segment{stroke:var(--paper)}
svg .segment.consistent{fill:var(--shade);fill-opacity:.28}svg .segment.primacy{fill:var(--person)}svg .segment.recency{fill:var(--judge)}svg .segment.other{fill:var(--faint)}
svg .segment-text{font-weight:650}svg .segment-text.primacy,svg .segment-text.recency{fill:var(--paper)}
svg .cell{fill:var(--shade);stroke:var(--faint)}
svg .cell.same{stroke:var(--ink);stroke-width:1.75}
svg .shade-0{fill-opacity:.02}svg .shade-1{fill-opacity:.1}svg .shade-2{fill-opacity:.2}svg .shade-3{fill-opacity:.32}svg .shade-4{fill-opacity:.44}svg .shade-5{fill-opacity:.88}svg .shade-6{fill-opacity:.94}svg .shade-7{fill-opacity:1}
svg .cell-text{font-weight:600}
svg .cell-text.small,svg .cell-count{font-size:10.5px;font-weight:400}
svg .cell-count{fill:var(--soft)}
svg .on-shade{fill:var(--on-shade)}
@media (max-width:46rem){
body{padding:1.25rem 1rem 3rem}
h1{font-size:1.5rem}.verdict{padding:.9rem 1rem}.verdict h2{font-size:1.35rem}
.facts{grid-template-columns:1fr 1fr;gap:.7rem 1rem}
.finding{grid-template-columns:minmax(0,1fr);gap:1.1rem}
table{font-size:.84rem}th,td{padding-right:.4rem}
.findings th:nth-child(1){width:29%}.findings th:nth-child(2){width:38%}.provenance th:nth-child(1){width:35%}
.answer{white-space:normal}
.answer b,.answer .range,.answer .size,.answer .words{display:block;min-width:0;padding-left:0;text-align:left;white-space:normal}
.outcome{min-width:0;padding:.05rem .3rem;font-size:.72rem}.cards .outcome{white-space:normal}.cards th:nth-child(1){width:32%}.findings .outcome{white-space:normal;line-height:1.3;padding:.05rem .15rem;font-size:.66rem}.findings .pass,.findings .warn,.findings .fail{padding:.05rem .4rem;font-size:.74rem}
.severity{display:block;padding-left:0}
}
@media print{
@page{margin:15mm 14mm}
html{font-size:9.5pt}body{max-width:none;padding:0}
.skip,nav,details:not([open]){display:none}
section{margin-top:1.6rem}.finding{padding:.9rem 0}
figure,tr,.verdict,.finding .text,.decides{break-inside:avoid}h2,h3,caption,thead{break-after:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
