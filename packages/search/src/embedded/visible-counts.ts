/** How many documents there are among some, and how many of them hold each coded value, by its number. */
export type Counted = { readonly documents: number; readonly codes: Uint32Array };

/** What was counted over all that a viewer may see, by viewer and filter, until the index changes. */
export class VisibleCounts {
  readonly #counted = new Map<string, Counted>();

  forget(): void {
    this.#counted.clear();
  }

  of(key: string, count: () => Counted): Counted {
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    if (this.#counted.size >= mostRemembered) this.#counted.clear();
    const counted = count();
    this.#counted.set(key, counted);
    return counted;
  }
}

const mostRemembered = 500;
