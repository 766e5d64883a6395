import { Server as NetServer, type Socket } from 'node:net'
import type { Server } from 'node:http'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { createLimit, ignore } from '../../errors/index.ts'
import type { Dispatcher } from '../../operation/index.ts'
import type { Connection, ServerState } from './connection.ts'
import { graceEnd, type IdleGrace } from './idle-grace.ts'

/** How long a server may take to end. */
export interface DrainOptions {
  /** Time for requests in flight, ms; those that are not done by then are cut. Default 10,000. */
  readonly budgetMs?: number | undefined
  /** Cuts what is left at once when it aborts. */
  readonly signal?: AbortSignal | undefined
  /**
   * Time that an idle connection stays open, ms, from the start of the drain or its last answer. The client does not know of
   * the drain and may have sent another request, which is still served, with `connection: close`. One whose client took longer
   * between its requests so far gets four times its longest gap from its last answer, up to twenty times this. Default 100.
   */
  readonly idleGraceMs?: number | undefined
}

/** A request that did not end in time. */
export interface CutRequest {
  /** Name of the route, or method and path. */
  readonly label: string
  /** Time since it was received, ms. */
  readonly ageMs: number
}

/** The result of a drain. */
export interface DrainReport {
  readonly durationMs: number
  /** Answers that were completed during the drain. */
  readonly completed: number
  /** What held it up beyond its budget. */
  readonly cut: readonly CutRequest[]
}

const IDLE_GRACE_MS = 100

/**
 * Most connections in the system's queue that are still accepted: the length of that queue in node. Under load there is
 * always one more.
 */
const MAX_WAITING = 511

/** What a drain works on. */
export interface DrainTarget {
  readonly server: Server
  readonly state: ServerState
  readonly dispatcher: Dispatcher
  /** Connections that are still in their TLS handshake. */
  readonly handshakes: ReadonlyMap<string, Socket>
}

/** Ends a server: accepts no new connections, completes requests in flight, and keeps to the budget. */
export async function drainServer(target: DrainTarget, options: DrainOptions): Promise<DrainReport> {
  const { server, state, dispatcher, handshakes } = target
  const { budgetMs = 10_000, signal, idleGraceMs = IDLE_GRACE_MS } = options
  const startedAt = performance.now()
  const cutoff = createLimit({ limitMs: Math.max(0, budgetMs), signal })
  state.isDraining = true
  try {
    await acceptWaiting(target, cutoff.signal)
    state.isClosed = true
    // Not the method of http.Server, which destroys connections whose answers are not completely written.
    NetServer.prototype.close.call(server)
    state.time.start()
    const since = state.time.now()
    if (handshakes.size > 0) await sleep(idleGraceMs, undefined, { signal: cutoff.signal }).catch(ignore)
    // A busy process first reads what has arrived, so that it does not take such a connection for idle.
    await nextTurn()
    for (const socket of handshakes.values()) socket.destroy()
    await emptied({ server, state, since, idleGraceMs }, cutoff.signal)
    await dispatcher.whenIdle(cutoff.signal)
    const cut = cutoff.signal.aborted
      ? dispatcher
          .inFlight()
          .map(({ label, startedAt: at }) => ({ label, ageMs: Math.round(performance.now() - at) }))
      : []
    for (const connection of state.connections) cutConnection(connection)
    return { durationMs: Math.round(performance.now() - startedAt), completed: state.completed, cut }
  } finally {
    cutoff.release()
    state.time.stop()
    // Ends node's timer for the limits.
    server.close()
    await nextTurn()
  }
}

/** Lets node accept the connections in the system's queue, which closing the port would reset. */
async function acceptWaiting({ server }: DrainTarget, cutoff: AbortSignal): Promise<void> {
  let accepted = 0
  let isNew = true
  const onConnection = (): void => {
    accepted++
    isNew = true
  }
  server.on('connection', onConnection)
  // This turn may end before node looks for connections.
  await nextTurn()
  // Node may accept only one of them in each turn.
  while (isNew && accepted < MAX_WAITING && !cutoff.aborted) {
    isNew = false
    await nextTurn()
  }
  server.off('connection', onConnection)
}

interface Emptying extends IdleGrace {
  readonly server: Server
  readonly state: ServerState
}

/** Resolves when no connection is left, or the time is up. */
function emptied(emptying: Emptying, cutoff: AbortSignal): Promise<void> {
  const { state } = emptying
  return new Promise((resolve) => {
    let isScheduled = false
    let nextEnd = Infinity
    const look = (): void => {
      isScheduled = false
      nextEnd = closeIdle(emptying)
      if (state.connections.size > 0 && !cutoff.aborted) return
      state.onConnectionIdle = () => undefined
      resolve()
    }
    // Many connections may become idle in one turn; one look is enough for all, after what has arrived is read.
    const schedule = (): void => {
      if (isScheduled) return
      isScheduled = true
      setImmediate(look)
    }
    state.onConnectionIdle = schedule
    cutoff.addEventListener('abort', look, { once: true })
    state.time.onStep = () => {
      if (state.time.now() >= nextEnd) schedule()
    }
    look()
  })
}

/**
 * Closes connections on which no request is in flight and none has begun to arrive, once their grace is over. Node knows
 * which requests have partly arrived, but counts a connection that never sent anything as busy, and one whose answer is
 * still in its buffers as idle.
 *
 * @returns when the next grace is over; `Infinity` if none is left
 */
function closeIdle(emptying: Emptying): number {
  const { server, state } = emptying
  const spared: (readonly [Socket, Socket['destroy'] | undefined])[] = []
  const now = state.time.now()
  let nextEnd = Infinity
  for (const connection of state.connections) {
    const { socket, pending, isLingering, isSilent } = connection
    const end = graceEnd(connection, emptying)
    if (pending > 0 || isLingering || end > now) {
      spared.push([socket, Object.hasOwn(socket, 'destroy') ? socket.destroy : undefined])
      socket.destroy = spare
      if (pending === 0 && end > now) nextEnd = Math.min(nextEnd, end)
    } else if (isSilent) socket.destroy()
  }
  server.closeIdleConnections()
  for (const [socket, own] of spared) {
    if (own === undefined) delete (socket as { destroy?: unknown }).destroy
    else socket.destroy = own
  }
  return nextEnd
}

function spare(this: Socket): Socket {
  return this
}

function cutConnection({ last, socket }: Connection): void {
  for (let exchange = last; exchange !== undefined; exchange = exchange.previous) exchange.cut()
  socket.destroy()
}
