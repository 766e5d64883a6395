/**
 * Keeps what was made from schemas, by schema and purpose. Many places of an app often share a schema, which is then checked,
 * derived and compiled once. A schema that is changed afterwards is not read again.
 */
export class OncePerSchema<T> {
  readonly #made = new WeakMap<object, Map<string, T>>()

  /**
   * @param purpose - what the result depends on besides the schema
   * @param make - when it throws nothing is kept, so that each place of the schema has problems of its own
   */
  get(schema: object, purpose: string, make: () => T): T {
    let made = this.#made.get(schema)
    if (made === undefined) this.#made.set(schema, (made = new Map()))
    let one = made.get(purpose)
    if (one === undefined) made.set(purpose, (one = make()))
    return one
  }
}
