import { unit } from './fake-answer.ts';

/** What a connection meets. Bytes are counted from 0 in what the server sends on that connection. */
export type ProxyFault =
  /** Each piece of the answer comes that much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The answer comes in pieces of `bytes`, one each `everyMs`. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** After `atByte` nothing more comes, and the connection stays. */
  | { readonly kind: 'stall'; readonly atByte: number }
  /** After `atByte` the connection ends as if all were said (FIN). */
  | { readonly kind: 'cut'; readonly atByte: number }
  /** After `atByte` the connection is torn down (RST). */
  | { readonly kind: 'reset'; readonly atByte: number }
  /** Each answer is sent once more, `afterMs` after its last byte. */
  | { readonly kind: 'duplicate'; readonly afterMs: number }
  /** One bit of the byte at `atByte` is turned over. */
  | { readonly kind: 'corrupt'; readonly atByte: number }
  /** What the client says reaches nobody, and nothing comes back. */
  | { readonly kind: 'half-open' };

/** A share of connections that meet a fault. */
export interface ProxyFaultShare {
  readonly fault: ProxyFault;
  /** Of all connections, between 0 and 1. */
  readonly share: number;
}

/** What the connection with this number meets: a pure function of seed and number. */
export function proxyFaultOf(
  connection: number,
  {
    seed,
    script,
    faults,
  }: { seed: number; script: readonly (ProxyFault | null)[]; faults: readonly ProxyFaultShare[] },
): ProxyFault | null {
  if (connection < script.length) return script[connection] ?? null;
  const struck = faults.find(
    ({ fault, share }, place) => unit(`${seed}\0proxy\0${place}\0${fault.kind}\0${connection}`) < share,
  );
  return struck?.fault ?? null;
}

/** One step in what the client is sent. */
export type ProxyStep =
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly afterMs: number }
  | { readonly kind: 'end' | 'reset' | 'nothing-more' };

/** What becomes of a piece of the answer that begins at byte `offset` of its connection. */
export function proxySteps(fault: ProxyFault | null, bytes: Buffer, offset: number): ProxyStep[] {
  const whole: ProxyStep = { kind: 'bytes', bytes, afterMs: 0 };
  switch (fault?.kind) {
    case undefined:
    case 'duplicate':
      return [whole];
    case 'half-open':
      return [{ kind: 'nothing-more' }];
    case 'delay':
      return [{ ...whole, afterMs: fault.ms }];
    case 'drip': {
      const pieces = Array.from({ length: Math.ceil(bytes.length / fault.bytes) }, (_, place) =>
        bytes.subarray(place * fault.bytes, (place + 1) * fault.bytes),
      );
      return pieces.map((piece) => ({ kind: 'bytes', bytes: piece, afterMs: fault.everyMs }));
    }
    case 'corrupt': {
      const at = fault.atByte - offset;
      if (at < 0 || at >= bytes.length) return [whole];
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return [{ ...whole, bytes: copy }];
    }
    case 'stall':
    case 'cut':
    case 'reset': {
      const left = fault.atByte - offset;
      if (left > bytes.length) return [whole];
      const last = ({ stall: 'nothing-more', cut: 'end', reset: 'reset' } as const)[fault.kind];
      return [{ ...whole, bytes: bytes.subarray(0, Math.max(left, 0)) }, { kind: last }];
    }
  }
}
