// On the request path: one flat list per response, in the form that `writeHead` takes.

/**
 * Response headers as one flat list. Names are lower case; `set-cookie` may stand several times.
 *
 * @example
 * outcome.headers.set('etag', '"v1"')
 */
export class ResponseHeaders {
  /** `[name, value, name, value, …]`; for transports. */
  readonly flat: string[]

  constructor(flat: string[] = []) {
    this.flat = flat
  }

  /** Value of the first header of this name. */
  get(name: string): string | undefined {
    const at = indexOfName(this.flat, name)
    return at === -1 ? undefined : this.flat[at + 1]
  }

  has(name: string): boolean {
    return indexOfName(this.flat, name) !== -1
  }

  /** Puts a header in place of all of its name. */
  set(name: string, value: string | number): this {
    const at = indexOfName(this.flat, name)
    if (at === -1) this.flat.push(name, String(value))
    else {
      this.delete(name)
      this.flat.push(name, String(value))
    }
    return this
  }

  /** Adds a line besides those of its name: `set-cookie`, `vary`, `link`. */
  append(name: string, value: string | number): this {
    this.flat.push(name, String(value))
    return this
  }

  delete(name: string): boolean {
    const { flat } = this
    let kept = 0
    for (let i = 0; i < flat.length; i += 2) {
      if (flat[i] === name) continue
      flat[kept] = flat[i] as string
      flat[kept + 1] = flat[i + 1] as string
      kept += 2
    }
    const found = kept !== flat.length
    flat.length = kept
    return found
  }

  /** Name and value of each line in order. */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] as string, this.flat[i + 1] as string]
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries()
  }
}

function indexOfName(flat: readonly string[], name: string): number {
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return i
  return -1
}
