import { isError } from '@keelson/contract'
import { ArgumentError, type AnyInput, type App, type InvokeResult } from '@keelson/core'
import { nearestName } from '@keelson/core/options'
import { bodiesOf, toTypedTexts, type AnyRouteOptions } from '@keelson/core/spi'
import { UsageError } from './cli-errors.ts'
import { findCall, type FoundCall } from './find-plan.ts'
import { PLACES } from './places.ts'
import { splitCookies, splitHeaders, type Declared, type Fields } from './split-credentials.ts'

/** The answer to a call. */
export interface CallAnswer {
  readonly status: number
  readonly headers: InvokeResult['headers']
  /** A value, an error as data, or the bytes of a stream. */
  readonly body: unknown
}

/**
 * Calls the operation of a route by `app.invoke`. Starts the app.
 *
 * @param text - input as JSON, with the types of the operation: `{"params":{"id":1},"body":{…}}`; its members are {@link PLACES}.
 *   Headers and cookies that the route does not declare are sent as those of a request: credentials.
 * @throws {UsageError} for an unknown route, and for input that `invoke` does not take
 */
export async function callRoute(app: App, wanted: string, text: string): Promise<CallAnswer> {
  const given = readInput(text)
  const found = findCall(app, wanted)
  const { name = '', flat } = found.plan
  const options = flat?.route.options ?? {}
  const { headers, meta } = splitHeaders(name, given.headers, options.headers as Declared)
  const { cookies, header } = splitCookies(name, given.cookies, options.cookies as Declared)
  const cookie = [meta['cookie'], header].filter((one) => one !== undefined).join('; ')
  const input: AnyInput = {
    ...pathInput(found, options),
    ...given,
    headers,
    cookies,
    ...(given.body === undefined ? {} : { body: toBody(given.body, options) }),
  }
  await app['~internal'].startForCommand()
  const result = await app
    .invoke(name, input, { meta: cookie === '' ? meta : { ...meta, cookie } })
    .catch(refuseInput)
  const { status, headers: sent } = result
  // A declared status that is not a success has data, and no error.
  const body = 'error' in result ? result.error : (result as { readonly data: unknown }).data
  return { status, headers: sent, body }
}

function refuseInput(error: unknown): never {
  if (!(isError(error) && (error as { code?: unknown }).code === ArgumentError.code)) throw error
  throw new UsageError(error.message.replace(/^invoke\('([^']*)'\): /, '$1: '))
}

type Texts = NonNullable<FoundCall['query']>

/** The input in a path, its texts converted to the types of the route. */
function pathInput({ params, query }: FoundCall, options: AnyRouteOptions): AnyInput {
  const typed = (place: 'params' | 'query', texts: Texts): object => {
    const schema = options[place] as Declared
    return schema === undefined ? texts : toTypedTexts(schema, place, texts)
  }
  return {
    ...(params && { params: typed('params', params) }),
    ...(query && { query: typed('query', query) }),
  }
}

/** JSON has no bytes: a text is encoded as UTF-8 if the route takes bytes and no text. */
function toBody(body: unknown, options: AnyRouteOptions): unknown {
  const kinds = bodiesOf(options).map(({ kind }) => kind)
  const isBytes = kinds.includes('bytes') && !kinds.includes('text') && !kinds.includes('bodyFormat')
  return typeof body === 'string' && isBytes ? new TextEncoder().encode(body) : body
}

interface GivenInput extends Omit<AnyInput, 'headers' | 'cookies'> {
  readonly headers?: Fields
  readonly cookies?: Fields
}

function readInput(text: string): GivenInput {
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`The input is not JSON: ${(error as Error).message}.`)
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new UsageError(
      `The input must be an object with the members that the route takes: ${PLACES.join(', ')}.`,
    )
  const unknown = Object.keys(input).find((key) => !PLACES.some((place) => place === key))
  if (unknown === undefined) return input
  const meant = nearestName(unknown, PLACES)
  throw new UsageError(
    `The input has a member '${unknown}'. ${meant === undefined ? `It may have ${PLACES.join(', ')}.` : `Did you mean '${meant}'?`}`,
  )
}
