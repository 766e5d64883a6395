import { ClientError, createClient, fetchTransport } from '../client/index.ts'
import { nearestName } from '../errors/index.ts'
import { toManifest } from '../route/index.ts'
import type { App } from '../app/index.ts'
import { CliFault } from './cli-fault.ts'
import { findCall } from './find-plan.ts'
import { PLACES } from './places.ts'

/** The response to a call. */
export interface CallAnswer {
  readonly status: number
  readonly headers: Headers
  /** The body as it came, undecoded. */
  readonly body: ReadableStream<Uint8Array> | null
}

/** Host in the URLs of requests of the command; nothing is sent there. */
const HOST = 'http://keelson.invalid'

/**
 * Calls a route in process: the typed client builds the request, `app.fetch` answers it. Starts the app.
 *
 * @param text - input as JSON: `{"params":{"id":"1"},"body":{…}}`; its members are those of {@link PLACES}
 * @throws {CliFault} for an unknown route, and for invalid input
 */
export async function callRoute(app: App, wanted: string, text: string): Promise<CallAnswer> {
  const given = readInput(text)
  const { plan, params, query } = findCall(app, wanted)
  const { name = '' } = plan
  const input = { ...(params && { params }), ...(query && { query }), ...given }
  const manifest = toManifest(app.routes)
  if (manifest.routes[name] === undefined) {
    throw new CliFault(
      `The route '${name}' was added by a plugin or by the framework; only those of createApp({ routes }) can be called by name.`,
    )
  }
  await app.start()
  let answer: Response | undefined
  const transport = fetchTransport({
    fetch: async (url, init) => {
      answer = await app.fetch(new Request(url as string, init))
      // The client gets no body: that of the response is for the caller, and may be an endless stream.
      return new Response(null, { status: 204 })
    },
  })
  const client = createClient<never>({ baseUrl: HOST, manifest, transport, timeoutMs: 0 })
  await memberOf(client, name).result(input).catch(refuseInput)
  // Assigned in a callback, which the compiler does not see.
  const got = answer as Response | undefined
  if (got === undefined) throw new CliFault(`The route '${name}' was not called.`)
  return { status: got.status, headers: got.headers, body: got.body }
}

function refuseInput(error: unknown): never {
  if (!ClientError.is(error) || error.code !== 'ERR_CORE_CLIENT_INPUT') throw error
  throw new CliFault(
    `${error.message} Give it in the input: '{"params":{…},"query":{…},"headers":{…},"cookies":{…},"body":{…}}'.`,
  )
}

function readInput(text: string): Record<string, unknown> {
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (error) {
    throw new CliFault(`The input is not JSON: ${(error as Error).message}.`)
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new CliFault(
      `The input must be an object, with ${PLACES.join(', ')} as far as the route takes them.`,
    )
  const unknown = Object.keys(input).find((key) => !PLACES.some((place) => place === key))
  if (unknown === undefined) return input as Record<string, unknown>
  const meant = nearestName(unknown, PLACES)
  throw new CliFault(
    `The input has a member '${unknown}'. ${meant === undefined ? `It may have ${PLACES.join(', ')}.` : `Did you mean '${meant}'?`}`,
  )
}

interface AnyCall {
  result(input: object): Promise<unknown>
}

function memberOf(client: unknown, name: string): AnyCall {
  return name.split('.').reduce((node, part) => (node as Record<string, unknown>)[part], client) as AnyCall
}
