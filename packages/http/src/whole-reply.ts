/** The headers of a reply as they came, without the checks and the sorting that `Headers` does for each of them. */
class ReplyHeaders implements Headers {
  readonly #values = new Map<string, string>();
  readonly #cookies: string[] = [];

  /** @param raw names and values in turns, as `IncomingMessage.rawHeaders` has them. */
  constructor(raw: readonly string[]) {
    for (let place = 0; place + 1 < raw.length; place += 2) {
      const name = raw[place]!.toLowerCase();
      // What is given out is unpacked already.
      if (name === 'content-encoding') continue;
      const value = raw[place + 1]!;
      const before = this.#values.get(name);
      this.#values.set(name, before === undefined ? value : `${before}, ${value}`);
      if (name === 'set-cookie') this.#cookies.push(value);
    }
  }

  get(name: string): string | null {
    return this.#values.get(name) ?? this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  getSetCookie(): string[] {
    return [...this.#cookies];
  }

  entries() {
    return this.#values.entries();
  }

  keys() {
    return this.#values.keys();
  }

  values() {
    return this.#values.values();
  }

  [Symbol.iterator]() {
    return this.#values.entries();
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this.#values) callback(value, name, this);
  }

  append(): never {
    throw new TypeError('immutable');
  }

  delete(): never {
    throw new TypeError('immutable');
  }

  set(): never {
    throw new TypeError('immutable');
  }
}

/** What is known of a reply whose body is here. */
export interface WholeReplyParts {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  /** Names and values in turns. */
  readonly rawHeaders: readonly string[];
  /** Unpacked. */
  readonly bytes: Buffer<ArrayBuffer>;
}

const nullBodies = new Set([101, 103, 204, 205, 304]);

/**
 * A reply whose body is in memory: what the SDKs read of it is answered at once, and a `Response` of the platform, which
 * costs more than all else that is done for a small reply, is made only for what few ask for.
 */
export class WholeReply implements Response {
  readonly #parts: WholeReplyParts;
  readonly headers: Headers;
  readonly status: number;
  readonly ok: boolean;
  readonly url: string;
  readonly redirected = false;
  readonly type = 'default';
  #isUsed = false;
  #platform: Response | undefined;

  constructor(parts: WholeReplyParts) {
    this.#parts = parts;
    this.headers = new ReplyHeaders(parts.rawHeaders);
    this.status = parts.status;
    this.ok = parts.status >= 200 && parts.status < 300;
    this.url = parts.url;
  }

  get statusText(): string {
    return this.#parts.statusText;
  }

  get bodyUsed(): boolean {
    return this.#isUsed || this.#platform?.bodyUsed === true;
  }

  get body(): Response['body'] {
    return this.#response().body;
  }

  async text(): Promise<string> {
    return this.#platform ? this.#platform.text() : this.#take().toString('utf8');
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(this.#platform ? await this.#platform.arrayBuffer() : this.#take());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  blob(): Promise<Blob> {
    return this.#response().blob();
  }

  formData(): Promise<FormData> {
    return this.#response().formData();
  }

  clone(): Response {
    if (this.bodyUsed) throw new TypeError('the body was read');
    return this.#platform ? this.#platform.clone() : new WholeReply(this.#parts);
  }

  #take(): Buffer<ArrayBuffer> {
    if (this.#isUsed) throw new TypeError('Body is unusable: Body has already been read');
    this.#isUsed = true;
    return this.#parts.bytes;
  }

  #response(): Response {
    if (this.#isUsed) throw new TypeError('Body is unusable: Body has already been read');
    const { status, statusText, bytes } = this.#parts;
    const body = nullBodies.has(status) ? null : bytes;
    this.#platform ??= new Response(body, { status, statusText, headers: [...this.headers] });
    return this.#platform;
  }
}
