import { type Price, priceOf, type Prices } from './price.ts';
import { ageOfPrices, listPriceOf, type PriceTable } from './price-table.ts';

/** List prices older than this are warned of. */
const staleAfterDays = 60;

/** What models cost on the day of a call: by what the user says, else by the list. */
export class PriceBook {
  readonly #own: Prices;
  readonly #list: PriceTable | undefined;
  readonly #known = new Map<string, Price | undefined>();

  constructor(own: Prices, list?: PriceTable) {
    this.#own = own;
    this.#list = list;
  }

  /**
   * The price of a model by the name that answered, where it has one, else by the name that was asked.
   *
   * @param date when it was asked, ISO 8601.
   */
  of(asked: string, date: string, served?: string): Price | undefined {
    const name = `${date.slice(0, 10)}\0${asked}\0${served ?? ''}`;
    if (!this.#known.has(name)) this.#known.set(name, this.#find(asked, date, served));
    return this.#known.get(name);
  }

  #find(asked: string, date: string, served: string | undefined): Price | undefined {
    const own = priceOf(this.#own, asked, served);
    if (own || !this.#list) return own;
    const provider = asked.slice(0, asked.indexOf(':') + 1);
    const byServed = served === undefined ? undefined : listPriceOf(this.#list, `${provider}${served}`, date);
    return byServed ?? listPriceOf(this.#list, asked, date);
  }

  /** Whether the list, and not the user, prices this model. */
  isListed(asked: string, date: string): boolean {
    return !priceOf(this.#own, asked) && this.of(asked, date) !== undefined;
  }

  /** The day of the list; `undefined` without one. */
  get asOf(): string | undefined {
    return this.#list?.asOf;
  }

  /** How old the list is in days, when that is too old to be trusted without a word. */
  staleDays(date: string): number | undefined {
    const age = this.#list ? ageOfPrices(this.#list, date) : 0;
    return age > staleAfterDays ? age : undefined;
  }
}
