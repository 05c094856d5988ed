const [i32, v128] = [0x7f, 0x7b];
const loop = [0x03, 0x40];
const end = [0x0b];
const add = [0x6a];
const subtract = [0x6b];
const shiftLeft = [0x74];
const isBelow = [0x49];
const againIf = [0x0d, 0];
const plus = [0xfd, 0xf0, 1];
const minus = [0xfd, 0xf1, 1];
const times = [0xfd, 0xf2, 1];
const zeros = [0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
/** A constant below 64, which one byte holds with its sign. */
const constant = (value: number): number[] => [0x41, value];
const load = (offset: number): number[] => [0xfd, 0x00, 3, offset];
const loadTwice = (offset: number): number[] => [0xfd, 0x0a, 3, offset];
const store = (offset: number): number[] => [0xfd, 0x0b, 3, offset];
const move = (local: number, bytes: readonly number[]): number[] => [...get(local), ...bytes, ...add, ...set(local)];

// The locals: six parameters, where left and the written row are read, where the tile of right ends, and vectors.
const [left, right, out, stride, tiles, width] = [0, 1, 2, 3, 4, 5];
const [place, stop] = [6, 7];
const [firstHalf, secondHalf, number] = [8, 9, 10];
/** The sums of row i of the tile are two vectors: columns 0 and 1, then 2 and 3. */
const sumOf = (row: number, half: number): number => 11 + 2 * row + half;

const rows = [0, 1, 2, 3];
const halves = [0, 1];

function addProducts(row: number): number[] {
  const into = (half: number, columns: number): number[] => [
    ...get(sumOf(row, half)),
    ...get(number),
    ...get(columns),
    ...times,
    ...plus,
    ...set(sumOf(row, half)),
  ];
  return [...get(place), ...loadTwice(8 * row), ...set(number), ...into(0, firstHalf), ...into(1, secondHalf)];
}

function subtractSums(row: number): number[] {
  const half = (which: number): number[] => [
    ...get(place),
    ...get(place),
    ...load(16 * which),
    ...get(sumOf(row, which)),
    ...minus,
    ...store(16 * which),
  ];
  const start = row === 0 ? [...get(out), ...set(place)] : move(place, get(stride));
  return [...start, ...half(0), ...half(1)];
}

function clearSums(row: number): number[] {
  return halves.flatMap((half): number[] => [...zeros, ...set(sumOf(row, half))]);
}

const alongWidth = [
  loop,
  [get(right), load(0), set(firstHalf), get(right), load(16), set(secondHalf)].flat(),
  rows.flatMap(addProducts),
  move(place, constant(32)),
  move(right, constant(32)),
  [get(right), get(stop), isBelow, againIf, end].flat(),
].flat();

const alongTiles = [
  loop,
  rows.flatMap(clearSums),
  [get(left), set(place)].flat(),
  [get(right), get(width), constant(5), shiftLeft, add, set(stop)].flat(),
  alongWidth,
  rows.flatMap(subtractSums),
  move(out, constant(32)),
  [get(tiles), constant(1), subtract, set(tiles), get(tiles), againIf, end].flat(),
].flat();

/** A whole number as WebAssembly writes it: seven bits a byte, the lowest first. */
function sized(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...sized(value >>> 7)];
}

function section(id: number, body: readonly number[]): number[] {
  return [id, ...sized(body.length), ...body];
}

function name(text: string): number[] {
  return [text.length, ...Array.from(text, (letter) => letter.charCodeAt(0))];
}

/**
 * The bytes of a WebAssembly module with the tile kernel: one function `run` over an imported memory `m.m`.
 *
 * Written out here so that nothing has to be built, and nothing is a string that nobody can read.
 */
export function tileKernelModule(): Uint8Array {
  const locals = [2, 2, i32, 11, v128];
  const body = [...locals, ...alongTiles, ...end];
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = section(1, [1, 0x60, 6, i32, i32, i32, i32, i32, i32, 0]);
  const memory = section(2, [1, ...name('m'), ...name('m'), 0x02, 0x00, 1]);
  const exported = section(7, [1, ...name('run'), 0x00, 0]);
  const code = section(10, [1, ...sized(body.length), ...body]);
  return Uint8Array.from([...header, ...type, ...memory, ...section(3, [1, 0]), ...exported, ...code]);
}
