import type { AppMode } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import type { Dispatcher } from '../operation/index.ts'
import type { AppServer, FetchInfo, Listening, ListenOptions, Transports } from './contract.ts'
import { defaultHost, listeningMessage } from './default-host.ts'
import type { StopReport } from './lifecycle.ts'
import { endSoon } from './process-end.ts'
import { handleSignals } from './signals.ts'
import { holdTransactionErrors } from './unheld-rejections.ts'

/** The app as its transports see it. */
interface ServedApp {
  readonly name: string
  readonly mode: AppMode
  readonly log: Logger
  readonly dispatcher: Dispatcher
  start(): Promise<void>
  stop(): Promise<StopReport>
  assertStarted(): void
}

/** Serves an app: by a socket, by the Fetch API, and until a signal asks the process to end. */
export class Serving {
  readonly #app: ServedApp
  readonly #transports: Transports
  #server: AppServer | undefined = undefined
  #fetch: ReturnType<Transports['createFetch']> | undefined = undefined
  #releaseSignals: (() => void) | undefined = undefined
  #releaseRejections: (() => void) | undefined = undefined
  /** A signal asked the process to end. */
  #isEnding = false

  constructor(app: ServedApp, transports: Transports) {
    this.#app = app
    this.#transports = transports
  }

  /** The socket's server, once `listen` has made it. */
  get server(): AppServer | undefined {
    return this.#server
  }

  /** Starts the app and opens the port. An app that cannot listen is stopped. */
  async listen({ signals = true, ...target }: ListenOptions): Promise<Listening> {
    const app = this.#app
    const host = target.host === undefined && target.path === undefined ? defaultHost(app.mode) : undefined
    if (signals)
      this.#releaseSignals ??= handleSignals({
        onStop: () => this.#endProcess(),
        onError: (error) => app.log.fatal({ err: error }, 'The app failed to stop.'),
      })
    this.#releaseRejections ??= holdTransactionErrors(app.log)
    try {
      await app.start()
      // Stopped in the meantime: nothing would close a server that is opened now.
      app.assertStarted()
      this.#server = this.#transports.createServer(app.dispatcher, app.log)
      const listening = await this.#server.listen(target, host)
      app.log.info({ urls: listening.urls }, listeningMessage(host))
      return listening
    } catch (error) {
      await app.stop()
      // A signal called the start off: the process ends as it was asked to, and nothing has failed.
      if (this.#isEnding) return new Promise(() => undefined)
      throw error
    }
  }

  async fetch(request: Request, info: FetchInfo | undefined): Promise<Response> {
    await this.#app.start()
    this.#fetch ??= this.#transports.createFetch(this.#app.dispatcher)
    return this.#fetch(request, info)
  }

  /** Lets signals and rejections do again what they do by default. */
  release(): void {
    this.#releaseSignals?.()
    this.#releaseRejections?.()
  }

  /** After a stop by signal nothing should keep the process alive. What still does is named, and the process is ended. */
  async #endProcess(): Promise<void> {
    this.#isEnding = true
    const { isClean } = await this.#app.stop()
    if (!isClean) process.exitCode ??= 1
    // The promise of `listen` never settles then, and Node exits with code 13 for an await that does not end.
    if (this.#server === undefined) process.exit()
    endSoon(this.#app.name)
  }
}
