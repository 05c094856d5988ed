/**
 * The strongly connected components of a directed graph, numbered so that an edge never leads to a lower number.
 *
 * With an edge from the one who beat to the one who was beaten, component 0 holds players whom nobody outside it beat.
 * Tarjan 1972, without recursion: a chain of a million nodes does not overflow the stack.
 */
export function strongComponents(
  nodes: number,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
): { of: Uint32Array; count: number } {
  const start = new Uint32Array(nodes + 1);
  for (let e = 0; e < from.length; e++) start[from[e]! + 1]!++;
  for (let i = 0; i < nodes; i++) start[i + 1] = start[i + 1]! + start[i]!;
  const next = start.slice();
  const target = new Uint32Array(from.length);
  for (let e = 0; e < from.length; e++) target[next[from[e]!]!++] = to[e]!;

  const edge = start.slice();
  const index = new Int32Array(nodes).fill(-1);
  const low = new Int32Array(nodes);
  const open = new Uint8Array(nodes);
  const of = new Uint32Array(nodes);
  const stack: number[] = [];
  const path: number[] = [];
  let [clock, count] = [0, 0];
  for (let root = 0; root < nodes; root++) {
    if (index[root] !== -1) continue;
    path.push(root);
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (index[node] === -1) {
        index[node] = low[node] = clock++;
        stack.push(node);
        open[node] = 1;
      }
      let deeper = false;
      while (edge[node]! < start[node + 1]!) {
        const child = target[edge[node]!]!;
        if (index[child] === -1) {
          path.push(child);
          deeper = true;
          break;
        }
        edge[node]!++;
        if (open[child]) low[node] = Math.min(low[node]!, low[child]!);
      }
      if (deeper) continue;
      path.pop();
      if (low[node] !== index[node]) continue;
      for (;;) {
        const member = stack.pop()!;
        open[member] = 0;
        of[member] = count;
        if (member === node) break;
      }
      count++;
    }
  }
  // Tarjan closes the components that nothing leaves first.
  return { of: of.map((component) => count - 1 - component), count };
}
