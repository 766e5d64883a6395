// At set-up: routes whose answers cannot be kept.
import type { RouteFacts } from '@keelson/core'
import { hasBody } from './answer-key.ts'
import type { CachedOptions } from './contract.ts'

interface Problem {
  readonly message: string
  readonly remedy: string
}

/** Answers that are read while they are made. */
const STREAMS: ReadonlySet<string> = new Set([
  'application/json-seq',
  'application/jsonl',
  'application/x-ndjson',
  'multipart/x-mixed-replace',
  'text/event-stream',
])

/** Why a route cannot have cached(). */
export function routeProblems(facts: RouteFacts, options: CachedOptions<never>): Problem[] {
  return [
    ...methodProblems(facts, options),
    ...callerProblems(facts, options),
    ...bodyProblems(facts, options),
    ...answerProblems(facts),
  ]
}

function methodProblems({ method }: RouteFacts, { key }: CachedOptions<never>): Problem[] {
  if (method === 'GET' || method === 'HEAD' || method === 'QUERY') return []
  if (method === '*')
    return [
      {
        message: 'It stands before a mounted handler, whose answers it does not see.',
        remedy: 'Put cached() on routes.',
      },
    ]
  if (method !== 'POST')
    return [
      {
        message: `It stands on a route of method ${method}, which changes something.`,
        remedy: 'Put cached() on routes that read; on this one say invalidates(…).',
      },
    ]
  if (key !== undefined) return []
  return [
    {
      message: 'It stands on a POST route, and its key does not say what tells one request from another.',
      remedy:
        "If the route only reads, say key: 'body', or what of it counts, needs: needs<{ body: Search }>('body'), key: ({ body }) => body.text; else say invalidates(…) there.",
    },
  ]
}

function callerProblems(facts: RouteFacts, { by }: CachedOptions<never>): Problem[] {
  if (by === 'user') return principalProblems(facts)
  if (by === 'nobody') return perCallerProblems(facts)
  if (by !== undefined) return []
  const { access, stages } = facts
  const authenticates = stages.includes('authenticate')
  if (access === 'public' && !authenticates) return perCallerProblems(facts)
  const why =
    access === 'public'
      ? 'has middleware that authenticates'
      : `may not be called by all (${(access as readonly string[]).join(', ')})`
  return [
    {
      message: `The route ${why}, and cached() does not say whose answers it keeps.`,
      remedy:
        "Say by: 'user' for an answer of each caller, by: ({ header }) => … for those of a group, or by: 'nobody' where the answer is the same for all who may call.",
    },
  ]
}

/** What the handler is given, or may show, is another one for each caller, says who gives it. */
function perCallerProblems({ perCaller }: RouteFacts): Problem[] {
  if (perCaller.length === 0) return []
  const names = perCaller.map((name) => `'${name}'`).join(', ')
  return [
    {
      message: `It keeps one answer for all who may call, and what each of them may see differs, by ${names}.`,
      remedy:
        "Say by: 'user' for an answer of each caller, or by: ({ user }) => … for those of whom it is the same; or give the route a rule by which all see the same.",
    },
  ]
}

/** Without a principal, all callers would be the same one. */
function principalProblems({ authenticates }: RouteFacts): Problem[] {
  if (authenticates.some(({ saysPrincipal }) => saysPrincipal)) return []
  const names = authenticates.map(({ name }) => name)
  const [what, remedy] =
    names.length === 0
      ? [
          'no middleware authenticates',
          'Put the middleware before it that does, a scheme of @keelson/auth or one of your own with a part principal',
        ]
      : [
          `no middleware says who the caller is (${names.join(', ')} authenticates, without a part principal)`,
          `Add to ${names[0]}: principal: ({ user }) => ({ id: user.id, kind: 'user' })`,
        ]
  return [
    {
      message: `It says by: 'user', and on the route ${what}: all callers would get the answer of one.`,
      remedy: `${remedy}; or tell callers apart by a function, by: ({ user }) => user.id.`,
    },
  ]
}

function bodyProblems(facts: RouteFacts, options: CachedOptions<never>): Problem[] {
  const { bodies, inputs, method } = facts
  if (options.key === 'body' && !inputs.includes('body'))
    return [
      {
        message: "Its key is 'body', and the route declares none.",
        remedy: 'Declare body, or omit key.',
      },
    ]
  if (hasBody(facts, options) && bodies.some(({ kind }) => kind !== 'json' && kind !== 'form'))
    return [
      {
        message: `Its key is 'body', and the route takes one as ${bodies.map(({ kind }) => `${kind}()`).join(' or ')}.`,
        remedy: 'Give key a function that makes plain data of it.',
      },
    ]
  if (method === 'QUERY' && !inputs.includes('body') && options.key === undefined)
    return [
      {
        message: 'It stands on a QUERY route that declares no body, and its key does not say what was asked.',
        remedy: 'Declare body, or give key a function.',
      },
    ]
  return []
}

function answerProblems({ mediaTypes, responseHeaders, upgrades }: RouteFacts): Problem[] {
  const stream = mediaTypes.find((type) => STREAMS.has(type))
  return [
    ...(stream === undefined
      ? []
      : [
          {
            message: `The route answers with a stream, ${stream}, which is not kept.`,
            remedy: 'Omit cached().',
          },
        ]),
    ...(upgrades === undefined
      ? []
      : [{ message: `The route switches to ${upgrades}, and has no answer.`, remedy: 'Omit cached().' }]),
    ...(responseHeaders.includes('set-cookie')
      ? [
          {
            message:
              "The route, or its middleware, says that it sets cookies ('set-cookie'), which belong to one caller.",
            remedy: 'Omit cached(), or set the cookies on another route.',
          },
        ]
      : []),
  ]
}
