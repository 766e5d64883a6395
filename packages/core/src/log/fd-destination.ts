// On the request path: each line is appended to a string; the system call comes later, from a timer.
import { closeSync, constants, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { runOutsideFrame } from '../frame/index.ts'
import type { DestinationLease, LogDestination } from './contract.ts'
import { flushAtExit, forgetAtExit, isExiting } from './exit-flush.ts'
import {
  isSlowDescriptor,
  sizeOf,
  sleep,
  unblockStandardStream,
  writeLater,
  writeNow,
  type WriteOutcome,
} from './fd-writer.ts'
import { reasonOf } from '../errors/index.ts'
import { lease, type LeaseRegister } from './lease.ts'
import { toLogError } from './log-problem.ts'
import { FailureReport } from './failure-report.ts'

// How long a line may wait for others. At 500 lines a second, writes each 10 ms took 15 % of the process's time.
const BATCH_MS = 50
// When that many characters wait, they become bytes and are written without the timer. Small, since until then
// each line is a tree of string parts that the garbage collector has to walk.
const SEGMENT_CHARS = 16_384
// Passed to the thread pool at once: a round trip costs as much as copying this.
const MAX_FLIGHT_SEGMENTS = 32
// What is kept for a reader that is too slow; beyond it lines are dropped.
const MAX_PENDING_BYTES = 16 * 1024 * 1024
// How long a synchronous write waits for a reader without progress.
const EXIT_PATIENCE_MS = 2000
const PATIENCE_MS = 50

/**
 * Lines to a file or a descriptor: gathered for a moment, written together, written out at exit.
 * A slow reader never stops the process.
 */
class FdDestination implements LogDestination {
  readonly #fd: number
  readonly #isOurs: boolean
  readonly #isSlow: boolean
  readonly #failures: FailureReport
  // Lines since the last segment, segments, and the size of all of them.
  #tail = ''
  #segments: Buffer[] = []
  #pendingBytes = 0
  // Being written by this thread, and by the thread pool.
  #chunk: Buffer | undefined = undefined
  #flying: Buffer | undefined = undefined
  #sizeAfterFlight = 0
  #timer: NodeJS.Timeout | undefined = undefined
  #isScheduled = false
  #isStalled = false
  #isClosed = false
  #waiting: (() => void)[] = []

  /** @param key - what was opened: the path of a file, which is closed at the end, or a descriptor, which is not */
  constructor(fd: number, key: string | number) {
    unblockStandardStream(fd)
    this.#fd = fd
    this.#isOurs = typeof key === 'string'
    this.#isSlow = isSlowDescriptor(fd)
    this.#failures = new FailureReport(`log destination ${key}`)
    flushAtExit(this)
  }

  write(line: string): void {
    if (this.#isClosed) return
    this.#tail += line
    if (isExiting()) this.flushAtExit()
    else if (this.#tail.length >= SEGMENT_CHARS) this.#pass()
    else if (!this.#isScheduled && this.#flying === undefined) this.#schedule()
  }

  flush(): Promise<void> {
    runOutsideFrame(() => this.#pump())
    if (this.#isIdle()) return Promise.resolve()
    // A caller waits, so the timer may keep the process alive now.
    this.#timer?.ref()
    return new Promise((done) => this.#waiting.push(done))
  }

  flushSync(): void {
    this.#drain(PATIENCE_MS)
  }

  flushAtExit(): void {
    this.#drain(EXIT_PATIENCE_MS)
    if (this.#pendingBytes > 0)
      this.#failures.report('exit', `${this.#pendingBytes} bytes were not written, the reader stalls`)
  }

  close(): void {
    this.#stop()
    if (this.#isOurs) closeQuietly(this.#fd)
  }

  /** Drops all later lines. */
  #stop(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    forgetAtExit(this)
  }

  #isIdle(): boolean {
    return this.#tail === '' && this.#pendingBytes === 0 && this.#flying === undefined
  }

  #roll(): void {
    const segment = Buffer.from(this.#tail)
    this.#tail = ''
    this.#segments.push(segment)
    this.#pendingBytes += segment.length
  }

  /** A segment is full. */
  #pass(): void {
    this.#roll()
    if (this.#flying === undefined && !this.#isStalled) runOutsideFrame(() => this.#pump())
    if (this.#pendingBytes > MAX_PENDING_BYTES) this.#relieve()
  }

  // Only a loop that logs without ever yielding, or a stalled reader, comes here.
  #relieve(): void {
    this.#drain(this.#isStalled ? 0 : PATIENCE_MS)
    const newest = this.#pendingBytes > MAX_PENDING_BYTES ? this.#segments.pop() : undefined
    if (newest === undefined) return
    this.#isStalled = true
    this.#pendingBytes -= newest.length
    this.#failures.report(
      'stalled',
      `the reader stalls, ${MAX_PENDING_BYTES} bytes wait; further lines are dropped`,
    )
  }

  // Outside of the frame: timer and write outlive the request that starts them.
  #schedule(): void {
    this.#isScheduled = true
    runOutsideFrame(() => {
      if (this.#timer === undefined) this.#timer = setTimeout(() => this.#onTimer(), BATCH_MS).unref()
      else this.#timer.refresh()
    })
  }

  #onTimer(): void {
    this.#isScheduled = false
    this.#pump()
  }

  #pump(): void {
    while (this.#flying === undefined && this.#load()) {
      if (this.#isSlow) this.#launch()
      else if (!this.#advance(this.#writeChunk())) {
        if (!this.#isScheduled) this.#schedule()
        return
      }
    }
    this.#settle()
  }

  #settle(): void {
    if (this.#waiting.length === 0 || !this.#isIdle()) return
    this.#timer?.unref()
    for (const done of this.#waiting.splice(0)) done()
  }

  /** Takes the next bytes to write; false when there are none. */
  #load(): boolean {
    if (this.#chunk !== undefined) return true
    if (this.#segments.length === 0 && this.#tail !== '') this.#roll()
    this.#chunk = this.#isSlow ? this.#takeMany() : this.#segments.shift()
    return this.#chunk !== undefined
  }

  #takeMany(): Buffer | undefined {
    return this.#segments.length > 1
      ? Buffer.concat(this.#segments.splice(0, MAX_FLIGHT_SEGMENTS))
      : this.#segments.shift()
  }

  #writeChunk(): WriteOutcome {
    return writeNow(this.#fd, this.#chunk as Buffer)
  }

  /** Records a write; false when the reader is full. */
  #advance(outcome: WriteOutcome): boolean {
    const chunk = this.#chunk as Buffer
    if (outcome.kind === 'full') return false
    if (outcome.kind === 'failed') {
      this.#fail(outcome.code, outcome.reason)
      return true
    }
    this.#pendingBytes -= outcome.bytes
    this.#chunk = outcome.bytes === chunk.length ? undefined : chunk.subarray(outcome.bytes)
    // The failure is over: its next occurrence is reported again.
    this.#failures.forget()
    this.#isStalled = false
    return true
  }

  #launch(): void {
    const chunk = (this.#flying = this.#chunk as Buffer)
    this.#chunk = undefined
    // What the thread pool writes is counted by itself.
    this.#pendingBytes -= chunk.length
    this.#sizeAfterFlight = sizeOf(this.#fd) + chunk.length
    writeLater(this.#fd, chunk, (outcome) => this.#land(outcome))
  }

  #land(outcome: WriteOutcome): void {
    // The rest of a partial write comes first.
    const loaded = this.#chunk
    this.#chunk = this.#flying as Buffer
    this.#flying = undefined
    this.#pendingBytes += this.#chunk.length
    this.#advance(outcome)
    if (loaded !== undefined)
      this.#chunk = this.#chunk === undefined ? loaded : Buffer.concat([this.#chunk, loaded])
    this.#pump()
  }

  /** Writes everything on this thread; gives up after that time without progress. */
  #drain(patienceMs: number): void {
    if (this.#flying !== undefined) this.#awaitFlight(patienceMs)
    let lastProgressAt = performance.now()
    while (this.#load()) {
      if (this.#advance(this.#writeChunk())) lastProgressAt = performance.now()
      else if (performance.now() - lastProgressAt >= patienceMs) return
      else sleep(2)
    }
    this.#settle()
  }

  // Without the event loop its completion cannot be seen, but the growth of the file can. If the file does not grow (it was
  // truncated), nothing is lost: Node finishes what the pool has begun before it exits. Only the order would suffer.
  #awaitFlight(patienceMs: number): void {
    const until = performance.now() + patienceMs
    while (sizeOf(this.#fd) < this.#sizeAfterFlight && performance.now() < until) sleep(1)
  }

  #fail(code: string, reason: string): void {
    this.#pendingBytes -= (this.#chunk as Buffer).length
    this.#chunk = undefined
    this.#failures.report(code, `lines are lost: ${reason}`)
    // The reader is gone for good.
    if (code !== 'EPIPE' && code !== 'EBADF') return
    this.#stop()
    this.#segments = []
    this.#tail = ''
    this.#pendingBytes = 0
  }
}

const register: LeaseRegister<string | number> = new Map()

/**
 * Opens a path for appending, or takes a descriptor. Loggers with the same target share it, so their lines never mix
 * and a thousand loggers hold one descriptor.
 *
 * @throws {SetupError} `ERR_CORE_LOG_DESTINATION` when it cannot be opened
 */
export function leaseDestination(target: string | number): DestinationLease {
  const key = typeof target === 'string' ? resolve(target) : target
  return lease(register, key, () => openDestination(key))
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // The reason was reported when writing failed.
  }
}

// Non-blocking, so that a named pipe without a reader is an error at start and not a process that hangs.
const OPEN_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0)

function openDestination(key: string | number): FdDestination {
  try {
    const fd = typeof key === 'string' ? openSync(key, OPEN_FLAGS, 0o640) : key
    return new FdDestination(fd, key)
  } catch (error) {
    throw toLogError(
      {
        code: 'ERR_CORE_LOG_DESTINATION',
        place: 'log destination',
        message: `${key} cannot be opened for writing: ${reasonOf(error)}.`,
        remedy: 'Name a file in a directory that exists and is writable, or omit the destination for stdout.',
      },
      error,
    )
  }
}
