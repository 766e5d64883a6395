import type { OpenApiOperation, OpenApiParameter } from '../contract.ts'
import { byMediaType } from './media-types.ts'
import type { OperationDiff } from './response-diff.ts'

/** Compares the requests of an operation. */
export function compareRequest(base: OpenApiOperation, head: OpenApiOperation, diff: OperationDiff): void {
  comparePathParams(base, head, diff)
  const [was, is] = [named(base), named(head)]
  for (const [key, parameter] of was) {
    const other = is.get(key)
    if (other === undefined)
      diff.changes.breaking('parameter-removed', diff.place, `It no longer takes the ${show(parameter)}.`)
    else compareParameter(parameter, other, diff)
  }
  for (const [key, parameter] of is) {
    if (was.has(key)) continue
    if (parameter.required === true)
      diff.changes.breaking('parameter-added', diff.place, `It now requires the ${show(parameter)}.`)
    else diff.changes.harmless('parameter-added', diff.place, `It now also takes the ${show(parameter)}.`)
  }
  compareUnknown(base, head, diff)
  compareBody(base, head, diff)
}

function compareUnknown(
  { 'x-unknown-query': was }: OpenApiOperation,
  { 'x-unknown-query': is }: OpenApiOperation,
  { changes, place }: OperationDiff,
): void {
  if (was === is) return
  if (is === 'refuse')
    changes.breaking('unknown-refused', place, 'It now refuses query parameters that it does not declare.')
  else changes.harmless('unknown-taken', place, 'It now takes query parameters that it does not declare.')
}

/** Path parameters are compared by position; their names count as well, since typed clients use them. */
function comparePathParams(
  base: OpenApiOperation,
  head: OpenApiOperation,
  { schemas, changes, place }: OperationDiff,
): void {
  const [was, is] = [ofPath(base), ofPath(head)]
  was.forEach((parameter, i) => {
    const other = is[i]
    if (other === undefined) return
    if (other.name !== parameter.name) {
      changes.breaking(
        'parameter-renamed',
        place,
        `Its path parameter ${parameter.name} is now called ${other.name}.`,
      )
    }
    schemas.compare(parameter.schema, other.schema, {
      side: 'in',
      place: `${place}, path parameter ${other.name}`,
    })
  })
}

function ofPath({ parameters = [] }: OpenApiOperation): readonly OpenApiParameter[] {
  return parameters.filter((one) => one.in === 'path')
}

function named({ parameters = [] }: OpenApiOperation): ReadonlyMap<string, OpenApiParameter> {
  const others = parameters.filter((one) => one.in !== 'path')
  return new Map(
    others.map((one) => [`${one.in} ${one.in === 'header' ? one.name.toLowerCase() : one.name}`, one]),
  )
}

function compareParameter(
  was: OpenApiParameter,
  is: OpenApiParameter,
  { schemas, changes, place }: OperationDiff,
): void {
  const inner = `${place}, ${show(is)}`
  if (was.required !== true && is.required === true)
    changes.breaking('parameter-required', inner, 'It is now required.')
  if (was.required === true && is.required !== true)
    changes.harmless('parameter-optional', inner, 'It may now be omitted.')
  if (styleOf(was) !== styleOf(is))
    changes.breaking(
      'parameter-style-changed',
      inner,
      `It was written as ${styleOf(was)}, now as ${styleOf(is)}.`,
    )
  const isOptional = was.required !== true && is.required !== true
  schemas.compare(was.schema, is.schema, { side: 'in', place: inner, isOptional })
}

/** The format of lists and objects (OpenAPI 3.1 §4.8.12.2); default: that of the place. */
function styleOf(parameter: OpenApiParameter): string {
  const usual = parameter.in === 'query' || parameter.in === 'cookie' ? 'form' : 'simple'
  const style = (parameter['style'] as string | undefined) ?? usual
  const isExploded = (parameter['explode'] as boolean | undefined) ?? style === 'form'
  return isExploded ? `${style}, exploded` : style
}

const PLACES = {
  path: 'path parameter',
  query: 'query parameter',
  header: 'header',
  cookie: 'cookie',
} as const

function show(parameter: OpenApiParameter): string {
  return `${PLACES[parameter.in]} ${parameter.name}`
}

type Body = NonNullable<OpenApiOperation['requestBody']>

function compareBody(
  { requestBody: was }: OpenApiOperation,
  { requestBody: is }: OpenApiOperation,
  diff: OperationDiff,
): void {
  const inner = { ...diff, place: `${diff.place}, body` }
  if (was === undefined) addBody(is, inner)
  else if (is === undefined) diff.changes.breaking('body-removed', inner.place, 'It no longer takes a body.')
  else compareBodies(was, is, inner)
}

function addBody(body: Body | undefined, { changes, place }: OperationDiff): void {
  if (body?.required === true) changes.breaking('body-added', place, 'It now requires a body.')
  else if (body !== undefined) changes.harmless('body-added', place, 'It now also takes a body.')
}

function compareBodies(was: Body, is: Body, { schemas, changes, place }: OperationDiff): void {
  if (was.required !== true && is.required === true)
    changes.breaking('body-required', place, 'It is now required.')
  if (was.required === true && is.required !== true)
    changes.harmless('body-optional', place, 'It may now be omitted.')
  compareLimits(was['x-max-body-bytes'], is['x-max-body-bytes'], { changes, place })
  const [old, now] = [byMediaType(was.content), byMediaType(is.content)]
  for (const [type, media] of old) {
    const other = now.get(type) ?? now.get(`${type.split('/')[0]}/*`) ?? now.get('*/*')
    if (other === undefined)
      changes.breaking('media-type-removed', place, `It is no longer taken as ${type}.`)
    else schemas.compare(media.schema, other.schema, { side: 'in', place })
  }
  for (const type of now.keys()) {
    if (!old.has(type)) changes.harmless('media-type-added', place, `It is now also taken as ${type}.`)
  }
}

/** Without a limit in both documents, a change is not known. */
function compareLimits(
  was: number | undefined,
  is: number | undefined,
  { changes, place }: Pick<OperationDiff, 'changes' | 'place'>,
): void {
  if (was === undefined || is === undefined || was === is) return
  const message = `Its largest size was ${was} bytes, now it is ${is}.`
  if (is < was) changes.breaking('body-limit-lowered', place, message)
  else changes.harmless('body-limit-raised', place, message)
}
