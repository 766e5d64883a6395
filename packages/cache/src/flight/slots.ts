import { AsyncLocalStorage } from 'node:async_hooks'

/** A place that work has, or has left for as long as it waits for other work. */
interface Place {
  isHeld: boolean
  isOver: boolean
  /** How much it waits for. */
  waits: number
}

/** Lets so many run at once; the others wait in the order in which they came. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []
  readonly #places = new AsyncLocalStorage<Place>()

  constructor(count: number) {
    this.#free = count
  }

  /** @throws the reason of the signal while it waits */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#take(signal)
    const place = { isHeld: true, isOver: false, waits: 0 }
    try {
      return await this.#places.run(place, work)
    } finally {
      place.isOver = true
      if (place.isHeld) this.#give()
    }
  }

  /** The wait for what may need a place: who has one leaves it meanwhile, or all places may be held by those who wait. */
  async aside<T>(wait: Promise<T>): Promise<T> {
    const place = this.#places.getStore()
    if (place === undefined || place.isOver) return wait
    place.waits++
    if (place.isHeld) {
      place.isHeld = false
      this.#give()
    }
    try {
      return await wait
    } finally {
      place.waits--
      await this.#return(place)
    }
  }

  /** Before those who have not begun. */
  async #return(place: Place): Promise<void> {
    if (place.waits > 0 || place.isOver) return
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.unshift(resolve))
    // Meanwhile it may have begun to wait once more.
    if (place.waits > 0 || place.isOver || place.isHeld) this.#give()
    else place.isHeld = true
  }

  async #take(signal: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free--
      return
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        const at = this.#waiting.indexOf(go)
        if (at !== -1) this.#waiting.splice(at, 1)
        reject(signal.reason as Error)
      }
      this.#waiting.push(go)
      signal.addEventListener('abort', leave, { once: true })
      if (signal.aborted) leave()
    })
  }

  #give(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
