// On the request path: answers of one turn of the event loop are written together, at its end.
//
// Each write wakes the client, which handles one answer and waits again before the next is made: that is most of the cost of
// a small answer. Measured on loopback with 50 connections and validated orders of 1 KB: 42.5 µs of processor time a
// request if each answer is written by itself, less than 30 if they are written together.
import type { Http1Exchange } from './contract.ts'

/** Fewer answers in a turn are not worth the callback at its end. */
const FEWEST = 4
/** This many are written before the turn ends, so that the first does not wait for all and little memory is held. */
const MOST = 8
/** If the first has waited longer, ms, handlers block the event loop, and answers should not wait for them. */
const LONGEST_WAIT_MS = 2
/** Answers that are written by themselves before some are held again: at first, after useless attempts, after a long wait. */
const PAUSES = { first: 16, longest: 1_024, afterWait: 4_096 } as const

/** The last bytes of an answer; undefined content for a head alone. */
interface Ending {
  readonly exchange: Http1Exchange
  readonly content: string | Uint8Array | undefined
  readonly encoding: BufferEncoding
}

/**
 * Ends answers: each at once, or those of a turn together if there are enough of them. The turns before decide which.
 */
export class AnswerBatch {
  readonly #held: Ending[] = []
  readonly #now: () => number
  /** When the first held answer came, ms. */
  #since = 0
  /** Held in this turn so far, including those written; `0` if no end of a turn is awaited. */
  #count = 0
  #wasSlow = false
  #pause: number = PAUSES.first
  /** Answers still to be written by themselves. */
  #left: number = PAUSES.first

  /** @param now - monotonic time, ms */
  constructor(now: () => number) {
    this.#now = now
  }

  end(exchange: Http1Exchange, content: Ending['content'], encoding: BufferEncoding): void {
    if (this.#left > 0) {
      this.#left--
      exchange.response.end(content, encoding)
      return
    }
    if (this.#count++ === 0) setImmediate(endTurn, this)
    if (this.#held.push({ exchange, content, encoding }) === 1) this.#since = this.#now()
    else if (this.#held.length === MOST) this.flush()
  }

  /** Called when everything that was ready in this turn has been served. */
  endTurn(): void {
    this.flush()
    if (this.#wasSlow) this.#left = this.#pause = PAUSES.afterWait
    else if (this.#count >= FEWEST) this.#pause = PAUSES.first
    else this.#left = this.#pause = Math.min(this.#pause * 2, PAUSES.longest)
    this.#count = 0
    this.#wasSlow = false
  }

  /** Ends what is held. */
  flush(): void {
    if (this.#held.length === 0) return
    if (this.#now() - this.#since > LONGEST_WAIT_MS) this.#wasSlow = true
    for (const ending of this.#held.splice(0)) endOne(ending)
  }
}

const atExit = new Set<AnswerBatch>()

function flushAll(): void {
  for (const batch of atExit) batch.flush()
}

/** Sends held answers if the process exits before the turn ends. Returns a function that undoes this. */
export function flushAtExit(batch: AnswerBatch): () => void {
  // One listener for all: node prints a warning for more than ten.
  if (atExit.size === 0) process.on('exit', flushAll)
  atExit.add(batch)
  return () => {
    atExit.delete(batch)
    if (atExit.size === 0) process.off('exit', flushAll)
  }
}

function endTurn(batch: AnswerBatch): void {
  batch.endTurn()
}

function endOne({ exchange, content, encoding }: Ending): void {
  // Reset in the meantime, or the client is gone.
  if (exchange.state !== 'open' || exchange.response.destroyed) return
  try {
    exchange.response.end(content, encoding)
  } catch (error) {
    exchange.reset(error)
  }
}
